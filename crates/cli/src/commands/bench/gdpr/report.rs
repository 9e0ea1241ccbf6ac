//! The rows of the result.

use std::{path::Path, sync::Arc, time::Duration};

use super::{
    side::{Measured, Peer},
    space::Space,
    workload::Workload,
};
use crate::commands::bench::{
    connection::Request,
    disk::Disk,
    engine::Engine,
    load::{Measured as Load, drive},
    report::Row,
    server::Server,
};

/// How long each floor is measured.
const FLOOR: Duration = Duration::from_secs(1);
/// Bytes on disk over bytes of data and metadata.
pub(super) const SPACE_AIM: &str = "≤ 3 ×";
const MEGABYTE: f64 = 1e6;

/// What no server could be faster than.
pub(super) struct Floors {
    handler: Load,
    disk: Disk,
}

impl Floors {
    /// Measures an empty handler under so many clients, and the disk.
    ///
    /// # Errors
    /// The handler does not start, or the disk cannot be written.
    pub(super) async fn measure(clients: u32, place: &Path) -> anyhow::Result<Self> {
        let server = Server::start(&["bench", "empty-handler"])?;
        let empty: Arc<[Request]> = vec![Request::get("/", "", 200, String::new())].into();
        let handler = drive(server.address, &empty, clients, FLOOR, 1).await?;
        let folder = tempfile::TempDir::with_prefix_in("bailee-bench-", place)?;
        let mut disk = Disk::default();
        disk.measure(folder.path(), FLOOR)?;
        Ok(Self { handler, disk })
    }
}

/// One workload on one engine against one peer.
pub(super) struct Compared {
    time: Row,
    /// Against the plain peer only: the other differs from it in its log, whose bytes are beside the time.
    space: Option<Row>,
    aim: &'static str,
}

impl Compared {
    pub(super) fn new(
        workload: Workload,
        clients: u32,
        engine: Engine,
        own: &Measured,
        peer: Peer,
        other: &Measured,
        payload: f64,
    ) -> Self {
        let name = format!("{}, {clients} clients", workload.name());
        let bytes = [own, other].map(|one| payload * f64::from(one.living));
        let space = (peer == Peer::Plain).then(|| space(engine, &name, own.space, other.space, bytes));
        let seconds = [own.run.seconds, other.run.seconds];
        let time = Row::new(engine, name + &broken_off(own, other), "s", seconds[0], seconds[1], peer.name())
            .with("done", own.run.done as f64)
            .with("peer_done", other.run.done as f64)
            .with("again", own.run.again as f64)
            .with("peer_again", other.run.again as f64)
            .with("answers_mb", own.run.received as f64 / MEGABYTE)
            .with("log_mb", own.space.log as f64 / MEGABYTE)
            .with("peer_log_mb", other.space.log as f64 / MEGABYTE)
            .with("peer_answers_mb", other.run.received as f64 / MEGABYTE);
        let aim = if peer == Peer::Plain { aim(workload, clients, engine) } else { "" };
        Self { time, space, aim }
    }

    /// The rows, each with what is aimed for.
    pub(super) fn rows(self, floors: &Floors) -> impl Iterator<Item = (Row, &'static str)> {
        let time = self.time;
        let time = time
            .with("empty_handler_per_s", floors.handler.rate())
            .with("append_fsync_us", floors.disk.append.seconds() * 1e6)
            .with("overwrite_fsync_us", floors.disk.overwrite.seconds() * 1e6);
        std::iter::once((time, self.aim)).chain(self.space.map(|space| (space, SPACE_AIM)))
    }
}

/// Which side took longer than its seconds say; the ratio is then no more than a bound.
fn broken_off(own: &Measured, other: &Measured) -> String {
    let said = |who: &str, one: &Measured| {
        (!one.run.is_whole()).then(|| format!("{who} broken off after {} of {}", one.run.done, one.run.all))
    };
    let both: Vec<String> = [said("Bailee", own), said("peer", other)].into_iter().flatten().collect();
    if both.is_empty() { String::new() } else { format!(" ({})", both.join(", ")) }
}

/// What it takes on the disk after something, by the bytes of data and metadata that each side then holds.
pub(super) fn space(engine: Engine, after: &str, own: Space, other: Space, bytes: [f64; 2]) -> Row {
    let factors = [own.data as f64 / bytes[0], other.data as f64 / bytes[1]];
    Row::new(engine, format!("space after {after}"), "× data", factors[0], factors[1], Peer::Plain.name())
        .with("log_mb", own.log as f64 / MEGABYTE)
        .with("peer_log_mb", other.log as f64 / MEGABYTE)
}

/// The part of the plain peer's time that is aimed for.
const fn aim(workload: Workload, clients: u32, engine: Engine) -> &'static str {
    match (engine, workload) {
        (Engine::Sqlite, Workload::Customer | Workload::Controller) => "≤ 0.3",
        (Engine::Sqlite, Workload::Processor) => "≤ 0.7",
        (Engine::Sqlite, Workload::Regulator) if clients >= 64 => "≤ 1.0",
        (Engine::Sqlite, Workload::Regulator) | (Engine::Postgres, Workload::Processor) => "≤ 1.5",
        (Engine::Postgres, Workload::Customer | Workload::Controller) => "≤ 1.0",
        (Engine::Postgres, Workload::Regulator) => "≤ 2",
    }
}
