//! Triggers through the door (promise `retention`): what happened is noted with the subject, and the ends of all records
//! whose clocks wait for it follow, page by page. Until all do, nothing of the person expires.

use domain::{Action, Detail, EntryId, Record, Subject, SubjectId, Trigger, Triggers, retention::expires_at};
use jiff::{SignedDuration, Timestamp};
use policy::{Promise, document::Document};
use store::{Change, Expect, Unit, records::Replay};

use crate::{
    Caller, Effective, Gate, GateError,
    attempts::Failed,
    records::first_entry,
    repetition::{Once, entry_before, remember},
};

/// How far a trigger may lie in the future: clocks of other machines are not quite ours.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
/// How many records follow in one step.
const PAGE: u32 = 500;
/// How many steps are done before the answer; the job does the others.
const STEPS: usize = 4;

/// A trigger to be pulled, or to be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewTrigger {
    /// What happened.
    pub trigger: Trigger,
    /// When; none when it turned out not to have happened.
    pub at: Option<Timestamp>,
}

impl Gate {
    /// Notes that something happened to a subject, or that it did not, and lets the ends of its records follow. What is
    /// left of that when many records are there, a job does.
    ///
    /// # Errors
    /// The subject is not there or gone; no clock of the policy in force waits for it; it lies in the future; it happened
    /// before, or something has ended for it that cannot be taken back; or a store fails.
    pub async fn pull_trigger(
        &self,
        caller: &Caller,
        subject: SubjectId,
        new: NewTrigger,
        replay: Option<&Replay>,
    ) -> Result<(Subject, EntryId), GateError> {
        let entry = match self.once(replay, || self.try_pull(caller, subject, new, replay)).await? {
            Once::Made(entry) => entry,
            Once::Before(first) => entry_before(&first)?,
        };
        for _ in 0..STEPS {
            match self.settle_page(subject).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::info!(%subject, %error, "the ends of records follow a trigger a little later");
                    break;
                }
            }
        }
        Ok((self.subject(caller, subject).await?, entry))
    }

    async fn try_pull(
        &self,
        caller: &Caller,
        subject: SubjectId,
        new: NewTrigger,
        replay: Option<&Replay>,
    ) -> Result<EntryId, Failed> {
        let (subject, keys) = self.living_subject(caller, subject).await?;
        let effective = self.effective(caller)?;
        let NewTrigger { trigger, at } = new;
        // What was said under another policy can be taken back under this one.
        let clock = match waiting(effective.declaring().document(), trigger) {
            Some(clock) => clock,
            None if at.is_none() => String::new(),
            None => {
                let word = trigger.as_str();
                let why = format!("no retention clock of the policy in force waits for `{word}`");
                return Err(GateError::Malformed(why).into());
            }
        };
        let triggers = self.after(subject.triggers.clone(), new)?;
        let happened = at.map_or_else(|| "taken back".to_owned(), |at| at.to_string());
        let detail = Detail {
            subject: Some(subject.id),
            clause: Some(effective.declaring().clause(&clock, Promise::Retention).section),
            note: Some(format!("{}: {happened}", trigger.as_str())),
            ..self.detail_under(caller, Action::TriggerPulled, &effective)
        };
        let entry = self.entry(&self.audit_key(&subject, &keys).await?, Some(subject.id), &detail);
        let version = subject.version + 1;
        let mut changes = vec![Change::SetTriggers { subject: subject.id, version, triggers }];
        changes.extend(remember(replay, *subject.id.as_bytes()));
        let unit = Unit { expects: effective.expects_of(&subject), changes, entries: vec![entry] };
        Ok(first_entry(&self.commit(unit).await.map_err(Failed::Commit)?)?)
    }

    fn after(
        &self,
        triggers: Triggers,
        NewTrigger { trigger, at }: NewTrigger,
    ) -> Result<Triggers, GateError> {
        let now = self.now();
        let Some(at) = at else {
            // Which ends it gave is not known yet.
            if triggers.is_settling() {
                return Err(GateError::Busy);
            }
            return Ok(triggers.taken_back(trigger, now)?);
        };
        if at > now + TOLERANCE {
            return Err(GateError::Malformed(
                "`at` is in the future; say it once it has happened".to_owned(),
            ));
        }
        Ok(triggers.pulled(trigger, at, now)?)
    }

    /// Lets the ends of records follow for everyone of whom they do not all do, a few pages each. Returns how many people
    /// it looked at; a job calls it until there are none.
    ///
    /// # Errors
    /// A store fails.
    pub async fn settle_triggers(&self, limit: u32) -> Result<usize, GateError> {
        let people = self.store.settling_subjects(limit).await?;
        let mut failed = None;
        for person in &people {
            match self.settle(person.id).await {
                // Others decide about them just now; the next round looks again.
                Ok(()) | Err(GateError::Busy) => {}
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(people.len()), Err)
    }

    /// Lets the ends of all of a subject's records follow.
    pub(crate) async fn settle(&self, subject: SubjectId) -> Result<(), GateError> {
        while self.settle_page(subject).await? {}
        Ok(())
    }

    /// Lets the ends of the next records follow. Says whether there may be more.
    async fn settle_page(&self, subject: SubjectId) -> Result<bool, GateError> {
        self.retried(|| self.try_settle_page(subject)).await.map_err(Failed::into_error)
    }

    async fn try_settle_page(&self, subject: SubjectId) -> Result<bool, Failed> {
        let Some((subject, _)) = self.store.subject(subject).await? else { return Ok(false) };
        if !subject.triggers.is_settling() {
            return Ok(false);
        }
        let effective = self.policy(subject.account)?;
        let records = self.store.records(subject.id, subject.triggers.settled_to(), PAGE).await?;
        let document = effective.declaring().document();
        let (mut triggers, mut ends) = (subject.triggers.clone(), Vec::new());
        for record in &records {
            let Some((trigger, end)) = end_by_trigger(document, record, &subject) else { continue };
            if let Some(end) = end {
                triggers.gave(trigger, end);
            }
            ends.push((record.id, end));
        }
        let more = records.last().filter(|_| records.len() == PAGE as usize).map(|record| record.id);
        let triggers = triggers.settled(more);
        let mut expects = effective.expects();
        expects.push(Expect::Subject { id: subject.id, version: subject.version });
        let changes = vec![Change::SettleEnds { subject: subject.id, triggers, ends }];
        self.commit(Unit { expects, changes, ..Unit::default() }).await.map_err(Failed::Commit)?;
        Ok(more.is_some())
    }

    /// When a record's time is over. While ends do not all follow what happened, it is reckoned anew.
    pub(crate) fn end_of(&self, record: &Record, subject: &Subject) -> Option<Timestamp> {
        let stored = record.metadata.expires_at;
        if !subject.triggers.is_settling() {
            return stored;
        }
        let effective: Option<Effective> = self.policy(subject.account).ok();
        let reckoned =
            effective.and_then(|effective| end_by_trigger(effective.declaring().document(), record, subject));
        reckoned.map_or(stored, |(_, end)| record.metadata.end(end))
    }
}

/// What a record's clock waits for, and when it ends by what happened; none when it waits for nothing, or was over before
/// that was known.
fn end_by_trigger(
    document: &Document,
    record: &Record,
    subject: &Subject,
) -> Option<(Trigger, Option<Timestamp>)> {
    let triggers = &subject.triggers;
    if triggers.had_ended(record.metadata.expires_at) && subject.freezes.on(&record.record_type).is_none() {
        return None;
    }
    let clock = document.retention.get(record.class.as_str())?;
    let trigger = Trigger::of(*clock.until.get_ref())?;
    Some((trigger, expires_at(clock, record.created_at, record.changed_at, triggers)))
}

/// A clock of the policy that waits for something, as a declaration is written.
fn waiting(document: &Document, trigger: Trigger) -> Option<String> {
    let mut clocks = document.retention.iter();
    let (name, _) = clocks.find(|(_, clock)| Trigger::of(*clock.until.get_ref()) == Some(trigger))?;
    Some(format!("retention.{}", name.get_ref()))
}
