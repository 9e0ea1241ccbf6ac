//! What a query and a change of metadata cost at the size of GDPRbench: 100,000 records of 10,000 people, collected
//! for 25 purposes. Run it by hand, optimised:
//! `cargo test --release -p store-sqlite -- --ignored --nocapture measure`.

use std::time::{Duration, Instant};

use domain::{
    Record,
    metadata::{Selection, Setting},
    record::SealedField,
};
use store::{
    Change, Commit, Expect, Records, Unit,
    conformance::sample,
    metadata::{MetadataChange, Wanted},
};

use super::{change, open};
use crate::SqliteStore;

const RECORDS: u64 = 100_000;
const PEOPLE: u64 = 10_000;
const PURPOSES: u64 = 25;

fn wanted(selection: &Selection, limit: u32) -> Wanted<'_> {
    Wanted { account: sample::account_id(1), selection, at: sample::time(0), after: None, limit }
}

async fn fill(store: &SqliteStore) {
    for subject in 0..PEOPLE {
        let records = (0..RECORDS / PEOPLE).map(|turn| {
            // An id of zeros is none.
            let number = turn * PEOPLE + subject + 1;
            let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
            let purpose = format!("purpose_{}", spread % PURPOSES);
            let field = SealedField { name: "data".to_owned(), version: 1, sealed: vec![7; 130] };
            Record { fields: vec![field], ..sample::collected_for(subject, number, &[&purpose]) }
        });
        change(store, sample::with_records(subject, records.collect::<Vec<_>>())).await;
    }
}

/// The median of a few runs.
async fn median(runs: usize, mut run: impl AsyncFnMut(usize) -> usize) -> (Duration, usize) {
    let (mut times, mut rows) = (Vec::new(), 0);
    for turn in 0..runs {
        let start = Instant::now();
        rows = run(turn).await;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    (times[times.len() / 2], rows)
}

#[tokio::test]
#[ignore = "a measurement, which says something only when nothing else runs"]
async fn measure_metadata() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store).await;
    let (account, at) = (sample::account_id(1), sample::time(0));
    let of = |turn: usize| Selection::CollectedFor(format!("purpose_{}", turn as u64 % PURPOSES));
    let print = |what: &str, (time, rows): (Duration, usize)| println!("{what}: {rows} rows in {time:?}");
    let expects = |turn: usize| {
        let ids = (0..1_000).map(|number| (turn as u64 * 1_000 + number) * 7_919 % RECORDS + 1);
        ids.map(|id| Expect::Metadata { id: sample::record_id(id), version: 1 }).collect()
    };
    let expecting = median(25, async |turn| {
        store.commit(Unit { expects: expects(turn), ..Unit::default() }).await.unwrap();
        1_000
    });
    print("expecting metadata", expecting.await);
    let by_subject = |turn: usize| Selection::Subject(sample::subject_id(turn as u64 * 97 % PEOPLE));
    print(
        "a record",
        median(2_001, async |turn| {
            let id = sample::record_id(turn as u64 * 7_919 % RECORDS + 1);
            usize::from(store.record(id).await.unwrap().is_some())
        })
        .await,
    );
    print(
        "matching a purpose",
        median(25, async |turn| store.matching(wanted(&of(turn), u32::MAX)).await.unwrap().len()).await,
    );
    print(
        "metadata of a purpose",
        median(25, async |turn| store.metadata(wanted(&of(turn), 10_000)).await.unwrap().len()).await,
    );
    print(
        "metadata of a subject",
        median(101, async |turn| store.metadata(wanted(&by_subject(turn), 10_000)).await.unwrap().len())
            .await,
    );
    for (what, setting) in [
        ("objections", Setting::Objections(vec!["marketing".to_owned(), "lab".to_owned()])),
        ("the end", Setting::EndsBy(sample::time(1_000_000))),
    ] {
        let set = async |selection: Selection, records: Vec<_>| {
            let wanted = MetadataChange { account, selection, at, setting: setting.clone(), records };
            let changed = change(&store, vec![Change::SetMetadata(wanted)]).await.changed;
            usize::try_from(changed).unwrap()
        };
        let mut matches = Vec::new();
        for turn in 0..25 {
            let found = store.matching(wanted(&of(turn), u32::MAX)).await.unwrap();
            matches.push(found.into_iter().map(|(record, _)| record).collect::<Vec<_>>());
        }
        let by_purpose = median(25, async |turn| set(of(turn), matches[turn].clone()).await).await;
        print(&format!("setting {what} of a purpose"), by_purpose);
        let of_subject = median(25, async |turn| {
            let found = store.matching(wanted(&by_subject(turn), u32::MAX)).await.unwrap();
            set(by_subject(turn), found.into_iter().map(|(record, _)| record).collect()).await
        })
        .await;
        print(&format!("matching and setting {what} of a subject"), of_subject);
    }
}
