//! What must be true of every answer. Many ask at once, so what an answer may be is a range: from what was certainly
//! there all the while to what may have been there at some moment.

use anyhow::{bail, ensure};

use super::{
    record::{PURPOSES, Shape, purpose},
    workload::{Operation, Selection},
};

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// So many records matched.
    Matched(u32),
    /// The version of a record's data; none when it is not there.
    Data(Option<u32>),
    /// Whether the record that was to be changed or deleted was there.
    Done(bool),
    /// It is stored.
    Stored,
    /// So many entries of the log.
    Entries(u32),
}

/// How many records of a purpose or person were, or may have been, stored and deleted.
#[derive(Clone, Copy, Default)]
struct Tally {
    insert_begun: u32,
    inserted: u32,
    delete_begun: u32,
    deleted: u32,
}

/// What is known of one record's data and end.
#[derive(Clone, Copy, Default)]
struct Held {
    /// No version before this one may be seen.
    floor: u32,
    begun: u32,
    running: u32,
    /// The first version of those being stored side by side: any of them may end up on top.
    first_running: u32,
    deletes_begun: u32,
    gone: bool,
    taken: bool,
}

/// What was known when an operation began.
#[derive(Clone, Copy, Default)]
pub(super) struct Before {
    tally: Tally,
    held: Held,
    /// The version that an update stores.
    pub(super) revision: u32,
}

/// What is known of all records.
pub(super) struct Model {
    shape: Shape,
    records: Vec<Held>,
    purposes: Vec<Tally>,
    subjects: Vec<Tally>,
}

impl Model {
    /// All records are loaded, and nothing has happened since.
    pub(super) fn loaded(shape: Shape) -> Self {
        let mut model = Self {
            shape,
            records: vec![Held::default(); shape.records as usize],
            purposes: vec![Tally::default(); PURPOSES as usize],
            subjects: vec![Tally::default(); shape.subjects as usize],
        };
        for record in 0..shape.records {
            model.tallies(record, |tally| {
                tally.insert_begun += 1;
                tally.inserted += 1;
            });
        }
        model
    }

    /// Records that are there when nothing runs.
    pub(super) fn living(&self) -> u32 {
        self.purposes.iter().map(|tally| tally.inserted - tally.deleted).sum()
    }

    /// An operation is about to be asked for.
    pub(super) fn begin(&mut self, operation: &Operation) -> Before {
        let mut before = Before::default();
        match *operation {
            Operation::Insert { record } => self.tallies(record, |tally| tally.insert_begun += 1),
            Operation::Read { record } | Operation::VerifyDeletion { record } => {
                before.held = self.held(record);
            }
            Operation::Update { record } => {
                before.held = self.held(record);
                before.revision = self.begin_update(record);
            }
            Operation::Delete { record } => {
                before.held = self.held(record);
                self.records[record as usize].deletes_begun += 1;
                if before.held.deletes_begun == 0 {
                    self.tallies(record, |tally| tally.delete_begun += 1);
                }
            }
            Operation::ReadMetadata(of) | Operation::SetObjection { of, .. } => before.tally = self.tally(of),
            Operation::ReadLog { .. } => {}
        }
        before
    }

    /// It was answered.
    ///
    /// # Errors
    /// The answer cannot be right.
    pub(super) fn end(
        &mut self,
        operation: &Operation,
        before: &Before,
        answer: &Answer,
    ) -> anyhow::Result<()> {
        match (*operation, answer) {
            (Operation::Insert { record }, Answer::Stored) => {
                self.tallies(record, |tally| tally.inserted += 1);
                Ok(())
            }
            (Operation::Read { record }, Answer::Data(found)) => self.end_read(record, before, *found),
            (Operation::Update { record }, Answer::Done(there)) => self.end_update(record, before, *there),
            (Operation::Delete { record }, Answer::Done(there)) => self.end_delete(record, before, *there),
            (Operation::ReadMetadata(of) | Operation::SetObjection { of, .. }, Answer::Matched(count)) => {
                self.end_match(of, before, *count)
            }
            // At least the creation of what was loaded, as far as a page goes.
            (Operation::ReadLog { .. }, Answer::Entries(1..))
            | (Operation::VerifyDeletion { .. }, Answer::Data(None)) => Ok(()),
            (operation, answer) => bail!("{operation:?} was answered by {answer:?}"),
        }
    }

    fn end_read(&self, record: u32, before: &Before, found: Option<u32>) -> anyhow::Result<()> {
        let now = self.held(record);
        match found {
            Some(revision) => {
                ensure!(!before.held.gone, "record {record} was deleted and read");
                let possible = before.held.floor..=now.begun;
                ensure!(
                    possible.contains(&revision),
                    "record {record} has version {revision}, not {possible:?}"
                );
            }
            None => ensure!(now.deletes_begun > 0, "record {record} is not there"),
        }
        Ok(())
    }

    fn begin_update(&mut self, record: u32) -> u32 {
        let held = &mut self.records[record as usize];
        held.begun += 1;
        if held.running == 0 {
            held.first_running = held.begun;
        }
        held.running += 1;
        held.begun
    }

    fn end_update(&mut self, record: u32, before: &Before, there: bool) -> anyhow::Result<()> {
        let held = &mut self.records[record as usize];
        held.running -= 1;
        if there {
            ensure!(!before.held.gone, "record {record} was deleted and changed");
            if held.running == 0 {
                held.floor = held.first_running;
            }
        } else {
            ensure!(held.deletes_begun > 0, "record {record} is not there to be changed");
        }
        Ok(())
    }

    fn end_delete(&mut self, record: u32, before: &Before, there: bool) -> anyhow::Result<()> {
        let held = &mut self.records[record as usize];
        if there {
            ensure!(!before.held.gone && !held.taken, "record {record} was deleted twice");
            held.taken = true;
        } else {
            ensure!(held.deletes_begun > 1, "record {record} is not there to be deleted");
        }
        if !std::mem::replace(&mut held.gone, true) {
            self.tallies(record, |tally| tally.deleted += 1);
        }
        Ok(())
    }

    fn end_match(&self, of: Selection, before: &Before, count: u32) -> anyhow::Result<()> {
        let now = self.tally(of);
        let least = before.tally.inserted.saturating_sub(now.delete_begun);
        let most = now.insert_begun - before.tally.deleted;
        ensure!((least..=most).contains(&count), "{of:?} matches {count} records, not {least} to {most}");
        Ok(())
    }

    fn held(&self, record: u32) -> Held {
        self.records[record as usize]
    }

    fn tally(&self, of: Selection) -> Tally {
        match of {
            Selection::Purpose(purpose) => self.purposes[purpose as usize],
            Selection::Subject(subject) => self.subjects[subject as usize],
        }
    }

    fn tallies(&mut self, record: u32, change: impl Fn(&mut Tally)) {
        change(&mut self.purposes[purpose(record) as usize]);
        change(&mut self.subjects[self.shape.subject(record) as usize]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        Model::loaded(Shape::new(1000))
    }

    fn ask(model: &mut Model, operation: Operation, answer: &Answer) -> anyhow::Result<()> {
        let before = model.begin(&operation);
        model.end(&operation, &before, answer)
    }

    #[test]
    fn counts_are_exact_when_nothing_else_runs() {
        let mut model = model();
        let of_purpose = Operation::ReadMetadata(Selection::Purpose(3));
        ask(&mut model, of_purpose, &Answer::Matched(40)).unwrap();
        ask(&mut model, of_purpose, &Answer::Matched(39)).unwrap_err();
        ask(&mut model, Operation::Delete { record: 3 }, &Answer::Done(true)).unwrap();
        ask(&mut model, of_purpose, &Answer::Matched(40)).unwrap_err();
        ask(&mut model, Operation::Insert { record: 1003 }, &Answer::Stored).unwrap();
        ask(&mut model, of_purpose, &Answer::Matched(40)).unwrap();
        ask(&mut model, Operation::ReadMetadata(Selection::Subject(3)), &Answer::Matched(10)).unwrap();
        assert_eq!(model.living(), 1000);
    }

    #[test]
    fn what_runs_beside_a_count_may_be_in_it_or_not() {
        let (mut model, delete) = (model(), Operation::Delete { record: 25 });
        let count = Operation::ReadMetadata(Selection::Purpose(0));
        let counting = model.begin(&count);
        let deleting = model.begin(&delete);
        for possible in [39, 40] {
            model.end(&count, &counting, &Answer::Matched(possible)).unwrap();
        }
        model.end(&count, &counting, &Answer::Matched(38)).unwrap_err();
        model.end(&delete, &deleting, &Answer::Done(true)).unwrap();
        model.end(&count, &counting, &Answer::Matched(39)).unwrap();
    }

    #[test]
    fn a_read_tells_the_last_version_and_nothing_of_the_deleted() {
        let mut model = model();
        let (read, update) = (Operation::Read { record: 7 }, Operation::Update { record: 7 });
        ask(&mut model, read, &Answer::Data(None)).unwrap_err();
        let updating = model.begin(&update);
        assert_eq!(updating.revision, 1);
        for possible in [0, 1] {
            ask(&mut model, read, &Answer::Data(Some(possible))).unwrap();
        }
        model.end(&update, &updating, &Answer::Done(true)).unwrap();
        ask(&mut model, read, &Answer::Data(Some(0))).unwrap_err();
        ask(&mut model, Operation::Delete { record: 7 }, &Answer::Done(true)).unwrap();
        ask(&mut model, read, &Answer::Data(Some(1))).unwrap_err();
        ask(&mut model, read, &Answer::Data(None)).unwrap();
        ask(&mut model, update, &Answer::Done(true)).unwrap_err();
    }

    #[test]
    fn one_of_two_deletes_finds_it() {
        let (mut model, delete) = (model(), Operation::Delete { record: 9 });
        let (first, second) = (model.begin(&delete), model.begin(&delete));
        model.end(&delete, &first, &Answer::Done(true)).unwrap();
        model.end(&delete, &second, &Answer::Done(true)).unwrap_err();
        model.end(&delete, &second, &Answer::Done(false)).unwrap();
        assert_eq!(model.living(), 999);
    }
}
