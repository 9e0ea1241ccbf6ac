//! Scans of the log: whatever the times and however entries are bundled, they find what a model says and nothing else.

use std::{collections::BTreeSet, time::Instant};

use domain::{Action, Detail, Scope, SubjectId, ambient::random_bytes, incident::Actor};
use jiff::{SignedDuration, Timestamp};
use store::Unit;

use super::world::{Process, World};
use crate::{Caller, KeyRequest, NewIncident, Report, ScopeQuestion, Scoped};

async fn holder(process: &Process) -> Caller {
    let request = KeyRequest { name: "server", scopes: Scope::ALL, expires_at: None };
    let made = process.create_key(&process.operator, process.account_id(), &request, None).await.unwrap();
    process.authenticate(&made.secret.unwrap()).await.unwrap()
}

async fn scoped(process: &Process, actor: Actor, from: Timestamp, until: Timestamp) -> Scoped {
    let report = Report { what_happened: "?".to_owned(), reported_by: None };
    let new = NewIncident { report, aware_at: None };
    let incident = process.open_incident(&process.operator, &new, None).await.unwrap();
    let question = ScopeQuestion { actor, from, until, after: None, limit: 1_000 };
    process.scope_incident(&process.operator, incident.id, &question).await.unwrap()
}

/// What was asked: when, by whom, about whom.
type Asked = (Timestamp, usize, SubjectId);

fn below(world: &World, limit: u16) -> usize {
    usize::from(u16::from_be_bytes(random_bytes(&*world.ambient.randomness)) % limit)
}

#[tokio::test]
async fn what_a_scan_finds_is_what_happened() {
    let world = World::new().await;
    let process = world.open().await;
    let callers = [holder(&process).await, holder(&process).await];
    let mut people = Vec::new();
    for _ in 0..7 {
        people.push(process.person().await.id);
    }
    let mut asked: Vec<Asked> = Vec::new();
    while asked.len() < 300 {
        // Now many at one moment, in one bundle or a few; now hours between two.
        let many = if below(&world, 8) == 0 { 20 } else { 1 };
        let batch: Vec<(usize, SubjectId)> =
            (0..many).map(|_| (below(&world, 2), people[below(&world, 7)])).collect();
        let now = world.ambient.clock.now();
        let asks =
            batch.iter().map(|(who, person)| process.rule(&callers[*who], *person, "email", "support", None));
        for ruling in futures_util::future::join_all(asks).await {
            ruling.unwrap();
        }
        asked.extend(batch.into_iter().map(|(who, person)| (now, who, person)));
        if below(&world, 3) == 0 {
            while process.advance_log().await.unwrap() > 0 {}
        }
        let seconds = [0, 1, 59, 60, 3_600, 40_000][below(&world, 6)];
        world.pass(SignedDuration::from_secs(seconds));
    }
    let end = world.ambient.clock.now() + SignedDuration::from_secs(1);
    for _ in 0..60 {
        // Most of the edges are moments at which something happened.
        let edge = || match below(&world, 8) {
            0 => asked[0].0 - SignedDuration::from_hours(1),
            1 => end,
            _ => asked[below(&world, 300)].0,
        };
        let (one, other) = (edge(), edge());
        let (from, until) = (one.min(other), one.max(other));
        if from == until {
            continue;
        }
        for who in [0, 1] {
            let found = scoped(&process, Actor::Key(callers[who].key.unwrap()), from, until).await;
            let expected: Vec<&Asked> =
                asked.iter().filter(|(at, by, _)| *by == who && from <= *at && *at < until).collect();
            let people: BTreeSet<SubjectId> = expected.iter().map(|(_, _, person)| *person).collect();
            assert_eq!(found.scope.reach.done, expected.len() as u64, "{from} until {until}");
            let named: BTreeSet<SubjectId> = found.people.iter().map(|touched| touched.subject).collect();
            assert_eq!(named, people, "{from} until {until}");
        }
    }
}

/// Entries about many people, in bundles as large as a busy server makes them.
async fn fill(process: &Process, caller: &Caller, entries: usize) {
    let mut people = Vec::new();
    for _ in 0..2_000 {
        let id = process.person().await.id;
        let (subject, keys) = process.stores.data.subject(id).await.unwrap().unwrap();
        let key = process.audit_key(&subject, &keys).await.unwrap();
        people.push((id, key));
    }
    let effective = process.effective(caller).unwrap();
    for bundle in 0..entries / 64 {
        let of_bundle = (0..64).map(|place| {
            let (id, key) = &people[(bundle * 64 + place) % people.len()];
            let detail = Detail {
                subject: Some(*id),
                categories: vec!["email".to_owned(), "full_name".to_owned()],
                purpose: Some("support".to_owned()),
                ..process.detail_under(caller, Action::RecordRead, &effective)
            };
            process.entry(key, Some(*id), &detail)
        });
        let entries = of_bundle.collect();
        process.stores.data.commit(Unit { entries, ..Unit::default() }).await.unwrap();
    }
}

/// The most memory that this process has had, in MiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_024
}

#[tokio::test]
#[ignore = "a measurement, which says something only when optimised and nothing else runs"]
async fn measure_a_scan_of_a_million_entries() {
    let world = World::new().await;
    let process = world.open().await;
    let thief = holder(&process).await;
    let from = world.ambient.clock.now();
    for million in [100_000, 900_000] {
        fill(&process, &thief, million).await;
        let before = peak_memory();
        let start = Instant::now();
        let until = from + SignedDuration::from_secs(1);
        let found = scoped(&process, Actor::Key(thief.key.unwrap()), from, until).await;
        println!(
            "{} entries about {} people in {:?}, at most {before} MiB before and {} MiB after",
            found.scope.reach.done,
            found.scope.reach.people,
            start.elapsed(),
            peak_memory()
        );
    }
}
