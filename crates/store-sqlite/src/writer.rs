//! The writer: one thread, one connection, groups of units. All units that arrived while the last group was
//! being made durable go into the next, so that a slow disk makes larger groups and not a longer queue.

use std::{sync::mpsc, thread};

use domain::EntryId;
use rusqlite::{Connection, ErrorCode};
use store::{CommitError, Committed, StoreError, Unit, audit::frame};
use tokio::sync::oneshot;

use crate::{
    apply::{Applier, Touched},
    reserve::{Reserve, erases},
    rows::unavailable,
};

/// The largest group. More would only make the first of it wait.
const GROUP: usize = 1_024;

/// What a unit led to.
type Outcome = Result<Committed, CommitError>;

enum Job {
    Commit(Unit, oneshot::Sender<Outcome>),
    Scrub(oneshot::Sender<Result<(), StoreError>>),
}

/// The hand of the writer thread. Dropping it waits for what was sent to be done, so that whoever opens the store
/// next finds it at rest.
pub(crate) struct Writer {
    /// Nothing only while this is dropped.
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        // A writer that panicked has nothing more to do either.
        drop(self.thread.take().map(thread::JoinHandle::join));
    }
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(connection: Connection, applier: Applier, reserve: Reserve) -> std::io::Result<Self> {
        let (jobs, inbox) = mpsc::channel();
        let writer = thread::Builder::new().name("writer".to_owned());
        let thread = writer.spawn(move || run(&connection, applier, reserve, &inbox))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    pub(crate) async fn commit(&self, unit: Unit) -> Outcome {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Commit(unit, reply))?;
        answer.await.map_err(|_| stopped())?
    }

    pub(crate) async fn scrub(&self) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Scrub(reply))?;
        answer.await.map_err(|_| stopped())?
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        self.jobs.as_ref().and_then(|jobs| jobs.send(job).ok()).ok_or_else(stopped)
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the writer has stopped".to_owned())
}

fn run(connection: &Connection, mut applier: Applier, mut reserve: Reserve, inbox: &mpsc::Receiver<Job>) {
    let mut units = Vec::new();
    while let Ok(first) = inbox.recv() {
        let mut next = Some(first);
        while let Some(job) = next.take() {
            match job {
                Job::Commit(unit, reply) => units.push((unit, reply)),
                Job::Scrub(reply) => {
                    commit_group(connection, &mut applier, &mut reserve, &mut units);
                    drop(reply.send(scrub(connection)));
                }
            }
            if units.len() < GROUP {
                next = inbox.try_recv().ok();
            }
        }
        commit_group(connection, &mut applier, &mut reserve, &mut units);
    }
}

/// A unit and who waits for it.
type Waiting = (Unit, oneshot::Sender<Outcome>);

/// Commits what has gathered and answers each unit; a caller that has gone away needs no answer.
fn commit_group(
    connection: &Connection,
    applier: &mut Applier,
    reserve: &mut Reserve,
    units: &mut Vec<Waiting>,
) {
    if reserve.is_missing() {
        refuse_all_but_erasures(units);
    }
    let mut outcomes = try_group(connection, applier, units);
    let is_full = matches!(outcomes, Err(CommitError::Full));
    if is_full && units.iter().any(|(unit, _)| erases(unit)) && reserve.give() {
        refuse_all_but_erasures(units);
        outcomes = try_group(connection, applier, units);
    }
    match outcomes {
        Ok(outcomes) => {
            for ((_, reply), outcome) in units.drain(..).zip(outcomes) {
                drop(reply.send(outcome));
            }
        }
        Err(error) => {
            for (_, reply) in units.drain(..) {
                drop(reply.send(Err(error.clone())));
            }
        }
    }
}

/// While there is no room to spare, only what erases may go on.
fn refuse_all_but_erasures(units: &mut Vec<Waiting>) {
    let (erasures, others): (Vec<_>, Vec<_>) = units.drain(..).partition(|(unit, _)| erases(unit));
    for (_, reply) in others {
        drop(reply.send(Err(CommitError::Full)));
    }
    *units = erasures;
}

/// Commits a group, or leaves nothing of it: neither in the store nor in what the applier remembers.
fn try_group(
    connection: &Connection,
    applier: &mut Applier,
    group: &[Waiting],
) -> Result<Vec<Outcome>, CommitError> {
    if group.is_empty() {
        return Ok(Vec::new());
    }
    transact(connection, applier, group).inspect_err(|_| {
        drop(connection.execute_batch("ROLLBACK"));
        applier.forget(connection);
    })
}

/// One transaction for the whole group. An error here means that none of it is stored.
fn transact(
    connection: &Connection,
    applier: &mut Applier,
    group: &[Waiting],
) -> Result<Vec<Outcome>, CommitError> {
    execute(connection, "BEGIN IMMEDIATE")?;
    applier.recollect(connection);
    let bundle = applier.next_bundle();
    let mut gathered = Gathered::default();
    let mut outcomes = Vec::with_capacity(group.len());
    for (unit, _) in group {
        let first = EntryId { bundle, position: gathered.entries };
        let touched = apply_alone(connection, applier, unit, first)?;
        outcomes.push(touched.map(|Touched { purged, changed }| Committed {
            entries: gathered.take(unit, first),
            purged,
            changed,
        }));
    }
    gathered.store(connection, applier, bundle)?;
    execute(connection, "COMMIT")?;
    Ok(outcomes)
}

/// Applies one unit so that its failure leaves the rest of the group as it was. The inner result is the unit's own;
/// the outer one fails when the unit could not be taken back alone, and then the whole group is.
fn apply_alone(
    connection: &Connection,
    applier: &mut Applier,
    unit: &Unit,
    first: EntryId,
) -> Result<Result<Touched, CommitError>, CommitError> {
    if let Err(refused) = applier.check(connection, &unit.expects) {
        // A read that fails may end the whole transaction too.
        return if connection.is_autocommit() { Err(refused) } else { Ok(Err(refused)) };
    }
    if unit.changes.is_empty() {
        return Ok(Ok(Touched::default()));
    }
    execute(connection, "SAVEPOINT unit")?;
    let entry = (!unit.entries.is_empty()).then_some(first);
    let applied = applier.apply(connection, &unit.changes, entry);
    if let Err(error) = &applied {
        if connection.is_autocommit() {
            // The engine gave the whole transaction up, as it does on a full disk.
            return Err(error.clone());
        }
        execute(connection, "ROLLBACK TO unit")?;
        applier.forget_registry(connection);
    }
    execute(connection, "RELEASE unit")?;
    Ok(applied)
}

/// The entries of a group on their way into one row.
#[derive(Default)]
struct Gathered {
    entries: u32,
    leaves: Vec<u8>,
    details: Vec<u8>,
    about: Vec<(domain::SubjectId, u32)>,
}

impl Gathered {
    fn take(&mut self, unit: &Unit, first: EntryId) -> Vec<EntryId> {
        unit.entries
            .iter()
            .enumerate()
            .map(|(place, entry)| {
                frame(&mut self.leaves, &[&entry.leaf]);
                frame(&mut self.details, &[&entry.nonce, &entry.sealed]);
                self.about.extend(entry.subject.map(|subject| (subject, self.entries)));
                self.entries += 1;
                // A group holds at most a few thousand entries.
                EntryId { position: first.position + u32::try_from(place).unwrap_or(u32::MAX), ..first }
            })
            .collect()
    }

    fn store(self, connection: &Connection, applier: &mut Applier, bundle: u64) -> Result<(), CommitError> {
        if self.entries == 0 {
            return Ok(());
        }
        let sql = "INSERT INTO audit_bundle (number, entries, leaves, details) VALUES (?1, ?2, ?3, ?4)";
        let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
        let row = (bundle.cast_signed(), self.entries, &self.leaves, &self.details);
        statement.execute(row).map_err(failed)?;
        let sql = "INSERT INTO subject_entry (subject_id, bundle, position) VALUES (?1, ?2, ?3)";
        let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
        for (subject, position) in &self.about {
            statement.execute((subject.as_bytes(), bundle.cast_signed(), position)).map_err(failed)?;
        }
        applier.bundle_stored(bundle);
        Ok(())
    }
}

/// Gives back every page that deleted rows leave and empties the write-ahead log.
fn scrub(connection: &Connection) -> Result<(), StoreError> {
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
        .map_err(unavailable)
        .and_then(|busy| match busy {
            0 => Ok(()),
            _ => Err(StoreError::Unavailable("the write-ahead log is in use; try again".to_owned())),
        })
}

fn execute(connection: &Connection, sql: &str) -> Result<(), CommitError> {
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    statement.execute([]).map_err(failed)?;
    Ok(())
}

/// What the engine's failure means for a commit.
pub(crate) fn failed(error: rusqlite::Error) -> CommitError {
    match error.sqlite_error_code() {
        // A write-ahead log that finds no space reports an I/O failure, not a full disk.
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure) => CommitError::Full,
        _ => CommitError::Store(unavailable(error)),
    }
}
