//! Choices: what stands, and the history.

use domain::{
    Choice, ChoiceState, SubjectState,
    choice::{About, Said, Standing},
};

use super::{append, change, refused, sample};
use crate::{Change, CommitError, Conflict, Expect, Store, Unit};

fn about(name: &str) -> About {
    About::Purpose(name.to_owned())
}

const fn said(state: ChoiceState) -> Said {
    Said { state, policy: 3, own_policy: 0 }
}

/// The choice that gives a subject a version.
fn choice(version: u32, subject: u64, said: Said) -> Choice {
    // Later choices have lower ids: only the version says which came first.
    let id = sample::choice_id(1_000 * subject + 99 - u64::from(version));
    let (subject, about, at) = (sample::subject_id(subject), about("marketing"), sample::time(7));
    Choice { id, subject, version, about, said, at, entry: None }
}

fn add(choice: &Choice) -> Change {
    Change::AddChoice(choice.clone(), Standing::default().with(&choice.about, choice.said))
}

/// With the subject, and with each record of it.
pub async fn what_stands_is_read_with_the_subject(store: &dyn Store) {
    change(store, vec![Change::AddSubject(sample::subject(1)), Change::AddRecord(sample::record(1, 1))])
        .await;
    let recipient = About::Recipient("helpdesk".to_owned());
    let both = Standing::default()
        .with(&about("marketing"), said(ChoiceState::Granted))
        .with(&recipient, Said { own_policy: 4, ..said(ChoiceState::Denied) });
    let added = choice(2, 1, said(ChoiceState::Granted));
    change(store, vec![Change::AddChoice(added, both.clone())]).await;
    let (subject, _) = store.subject(sample::subject_id(1)).await.unwrap().unwrap();
    assert_eq!(subject.choices, both);
    assert_eq!(store.record(sample::record_id(1)).await.unwrap().unwrap().subject, subject);
    assert_eq!(store.subjects(subject.account, None, 9).await.unwrap(), [subject]);
}

/// So that a decision that was made on what stood before is not committed.
pub async fn a_choice_raises_the_version_and_names_its_entry(store: &dyn Store) {
    let first = choice(2, 1, said(ChoiceState::Granted));
    refused(store, vec![add(&first)], Conflict::Subject).await;
    change(store, vec![Change::AddSubject(sample::subject(1))]).await;
    let unit =
        Unit { changes: vec![add(&first)], entries: vec![sample::entry(Some(1), 1)], ..Unit::default() };
    let committed = store.commit(unit).await.unwrap();
    let stored = store.choice(first.id).await.unwrap();
    assert_eq!(stored, Some(Choice { entry: committed.entries.first().copied(), ..first.clone() }));
    let before = Expect::Subject { id: sample::subject_id(1), version: sample::subject(1).version };
    let late = Unit { expects: vec![before], entries: vec![sample::entry(Some(1), 2)], ..Unit::default() };
    assert_eq!(store.commit(late).await, Err(CommitError::Conflict(Conflict::Subject)));
    let (subject, _) = store.subject(sample::subject_id(1)).await.unwrap().unwrap();
    assert_eq!((subject.version, subject.state), (sample::subject(1).version + 1, SubjectState::Active));
    refused(store, vec![add(&first)], Conflict::Subject).await;
    let same = Choice { version: 3, ..first.clone() };
    refused(store, vec![add(&same)], Conflict::Exists).await;
    assert_eq!(store.choice(sample::choice_id(9)).await.unwrap(), None);
}

/// Page by page, only those of the subject.
pub async fn choices_come_newest_first(store: &dyn Store) {
    change(store, vec![Change::AddSubject(sample::subject(1)), Change::AddSubject(sample::subject(2))]).await;
    let mut expected = Vec::new();
    for version in 2..=6 {
        let state = if version % 2 == 0 { ChoiceState::Withdrawn } else { ChoiceState::Granted };
        let one = choice(version, 1, said(state));
        change(store, vec![add(&one), add(&choice(version, 2, said(state)))]).await;
        expected.insert(0, one);
    }
    for limit in [1, 2, 5, 9] {
        let (mut listed, mut before) = (Vec::new(), None);
        loop {
            let page = store.choices_of(sample::subject_id(1), before, limit).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.version);
            listed.extend(page);
        }
        assert_eq!(listed, expected, "{limit} at a time");
    }
}

/// Step by step, whatever else is kept of them; and nothing stands any more.
pub async fn choices_go_with_the_person(store: &dyn Store) {
    change(store, vec![Change::AddSubject(sample::subject(1)), Change::AddSubject(sample::subject(2))]).await;
    append(store, vec![sample::entry(Some(1), 1)]).await;
    for version in 2..=4 {
        change(store, vec![add(&choice(version, 1, said(ChoiceState::Granted)))]).await;
    }
    change(store, vec![add(&choice(2, 2, said(ChoiceState::Granted)))]).await;
    let left = async |subject| store.choices_of(sample::subject_id(subject), None, 9).await.unwrap().len();
    for expected in [1, 0] {
        let purge =
            Change::Purge { subject: sample::subject_id(1), keep: Vec::new(), audit: false, limit: 2 };
        change(store, vec![purge]).await;
        assert_eq!((left(1).await, left(2).await), (expected, 1));
    }
    let (subject, _) = store.subject(sample::subject_id(1)).await.unwrap().unwrap();
    assert_eq!(subject.choices, Standing::default());
}
