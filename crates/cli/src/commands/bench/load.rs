//! A load: so many connections, each asking again as soon as it has its answer.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::task::JoinSet;

use super::{
    connection::{Connection, Request},
    dice::Dice,
};

/// How long a load runs before it counts: connections are fresh and caches cold.
const WARM_UP: Duration = Duration::from_millis(150);

/// What was measured, over one slice or several.
#[derive(Default)]
pub(super) struct Measured {
    /// How long each request took, in microseconds.
    latencies: Vec<u32>,
    time: Duration,
    /// Requests that were answered, those of the warm-up included.
    pub(super) answered: u64,
}

impl Measured {
    pub(super) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.time += other.time;
        self.answered += other.answered;
    }

    /// Requests a second.
    pub(super) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.time.as_secs_f64()
    }

    /// The latency, in milliseconds, that this share of the requests stayed below.
    pub(super) fn percentile(&self, share: f64) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a length is an index"
        )]
        let place = (sorted.len() as f64 * share) as usize;
        sorted
            .get(place.min(sorted.len().saturating_sub(1)))
            .map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}

/// Drives a server with `connections` connections, each sending requests drawn from `requests`.
///
/// # Errors
/// A connection broke, or an answer was not the right one.
pub(super) async fn drive(
    address: SocketAddr,
    requests: &Arc<[Request]>,
    connections: u32,
    time: Duration,
    seed: u64,
) -> anyhow::Result<Measured> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(address).await.context("raise the limit of open files (`ulimit -n`)?")?);
    }
    let counted_from = Instant::now() + WARM_UP;
    let end = counted_from + time;
    let mut tasks = JoinSet::new();
    for (number, connection) in open.into_iter().enumerate() {
        let dice = Dice::new(seed ^ (number as u64) << 32);
        tasks.spawn(ask_until(connection, Arc::clone(requests), dice, counted_from, end));
    }
    let mut measured = Measured { latencies: Vec::new(), time, answered: 0 };
    while let Some(ended) = tasks.join_next().await {
        let (latencies, answered) = ended??;
        measured.latencies.extend(latencies);
        measured.answered += answered;
    }
    Ok(measured)
}

async fn ask_until(
    mut connection: Connection,
    requests: Arc<[Request]>,
    mut dice: Dice,
    counted_from: Instant,
    end: Instant,
) -> anyhow::Result<(Vec<u32>, u64)> {
    let (mut latencies, mut requests_answered) = (Vec::new(), 0);
    let mut asked = Instant::now();
    while asked < end {
        connection.ask(&requests[dice.below(requests.len())]).await?;
        let answered = Instant::now();
        requests_answered += 1;
        if answered >= counted_from && answered < end {
            latencies.push(u32::try_from((answered - asked).as_micros()).unwrap_or(u32::MAX));
        }
        asked = answered;
    }
    Ok((latencies, requests_answered))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_percentiles_are_over_all_slices() {
        let slice = |latencies| Measured { latencies, time: Duration::from_secs(1), answered: 0 };
        let mut measured = slice((1..=50).map(|number| number * 1000).collect());
        measured.add(slice((51..=100).map(|number| number * 1000).collect()));
        assert!((measured.rate() - 50.0).abs() < 1e-9);
        assert!((measured.percentile(0.5) - 51.0).abs() < 1e-9);
        assert!((measured.percentile(0.99) - 100.0).abs() < 1e-9);
    }
}
