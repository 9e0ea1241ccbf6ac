//! The steps of a merge, each a commit of its own: what the next one is shows from what is left.

use std::sync::atomic::Ordering;

use domain::{
    About, Action, Choice, ChoiceId, ChoiceState, Merge, Record, RecordId, Subject,
    age::Known,
    choice::{Mechanism, Method, Said},
    id::MergeId,
};
use store::{
    Change, CommitError, Committed, Expect, Unit,
    subjects::{AUDIT_CLASS, KeyBinding},
};

use super::{is_of_a_log, merged_class};
use crate::{
    Caller, Effective, Gate, GateError, NewChoice, attempts::Failed, cases::file, records::Keyed,
    splitting::pairs,
};

/// How many records are moved together.
const STEP: u32 = 50;
/// How many steps the clock does before it looks at other cases.
const TURN: usize = 4;

/// A merge at work.
struct Work<'a> {
    caller: Caller,
    effective: Effective,
    merge: &'a Merge,
    from: Keyed<'a>,
    heir: Keyed<'a>,
}

impl Gate {
    /// Brings a merge to its end.
    ///
    /// # Errors
    /// A store fails; the clock takes it up again.
    pub(super) async fn go_on_merging(&self, id: MergeId) -> Result<Merge, GateError> {
        loop {
            if let Some(ended) = self.merge_a_little(id).await? {
                return Ok(ended);
            }
        }
    }

    /// Brings a merge a few steps on, so that whoever does so can do something else in between. Returns it once it has ended.
    ///
    /// # Errors
    /// A store fails; the clock takes it up again.
    pub(crate) async fn merge_a_little(&self, id: MergeId) -> Result<Option<Merge>, GateError> {
        for _ in 0..TURN {
            let step = self.retried(|| self.merge_step(id)).await;
            if let Some(ended) = step.map_err(Failed::into_error)? {
                return Ok(Some(ended));
            }
        }
        Ok(None)
    }

    /// Does what is next; the merge once nothing is left.
    async fn merge_step(&self, id: MergeId) -> Result<Option<Merge>, Failed> {
        let merge: Merge = self.filed(*id.as_bytes()).await?;
        if !merge.is_open() {
            return Ok(Some(merge));
        }
        let Some((from, keys)) = self.store.subject(merge.from).await? else {
            return Ok(Some(self.end_merge(merge, Unit::default()).await?));
        };
        let caller = Caller::system(self.account(merge.account).await?);
        let Some((heir, heir_keys)) = self.heir(merge.into).await? else {
            return self.erase_after(&caller, merge, (&from, &keys)).await.map(Some);
        };
        let effective = self.effective(&caller)?;
        let work = Work { caller, effective, merge: &merge, from: (&from, &keys), heir: (&heir, &heir_keys) };
        if let Some((about, said)) = heir.choices.missed(&from.choices).into_iter().next() {
            return self.carry_choice(&work, about, said).await.map(|()| None);
        }
        if heir.age == Known::Unknown && from.age != Known::Unknown {
            return self.carry_age(&work).await.map(|()| None);
        }
        let records = self.store.records(from.id, None, STEP).await?;
        if !records.is_empty() {
            return self.carry_page(&work, &records).await.map(|()| None);
        }
        if let Some(binding) = keys.iter().find(|binding| !is_of_a_log(&binding.class)) {
            self.shred(&from, binding).await?;
            return Ok(None);
        }
        self.hand_over_log(&work).await.map(Some)
    }

    /// A no, or what the other had said nothing about, with evidence of its own and under the versions it was said under.
    async fn carry_choice(&self, work: &Work<'_>, about: About, said: Said) -> Result<(), Failed> {
        let (heir, keys) = work.heir;
        let is_yes = said.state == ChoiceState::Granted;
        let method = Method::Custodian;
        let new = NewChoice { about: about.clone(), is_yes, method, text: None, language: None };
        let mechanism = work.effective.mechanism(&about).flatten().unwrap_or(Mechanism::OptOut);
        let choice = Choice {
            id: ChoiceId::new(&*self.ambient.clock, self.randomness(), heir.id.bucket()),
            subject: heir.id,
            version: heir.version + 1,
            about,
            said,
            at: self.now(),
            entry: None,
        };
        let mut detail = self.choice_detail(&work.caller, &work.effective, heir, &choice, (&new, mechanism));
        detail.note = Some(format!("as {} had said, under version {}", work.merge.from, said.policy));
        let standing = heir.choices.with(&choice.about, said);
        let entry = self.entry(&self.audit_key(heir, keys).await?, Some(heir.id), &detail);
        let changes = vec![Change::AddChoice(choice, standing)];
        let unit = Unit { expects: work.effective.expects_of(heir), changes, entries: vec![entry] };
        self.commit_step(unit).await
    }

    async fn carry_age(&self, work: &Work<'_>) -> Result<(), Failed> {
        let (heir, keys) = work.heir;
        let merge = (work.merge, heir.id);
        let detail = self.merge_detail(&work.caller, &work.effective, merge, Action::AgeSaid);
        let entry = self.entry(&self.audit_key(heir, keys).await?, Some(heir.id), &detail);
        let (version, age) = (heir.version + 1, work.from.0.age);
        let changes = vec![Change::SetSubjectAge { subject: heir.id, version, age }];
        let unit = Unit { expects: work.effective.expects_of(heir), changes, entries: vec![entry] };
        self.commit_step(unit).await
    }

    async fn carry_page(&self, work: &Work<'_>, records: &[Record]) -> Result<(), Failed> {
        let ((from, _), (heir, keys)) = (work.from, work.heir);
        let mut unit = Unit { expects: work.effective.expects_of(heir), ..Unit::default() };
        unit.expects.push(Expect::Subject { id: from.id, version: from.version });
        // What came to its end before the merge began is over; all else ends by what has happened to both.
        let triggers = heir.triggers.clone().unsettled(work.merge.begun_at);
        let heir_to_be = Subject { triggers, ..heir.clone() };
        let both = (work.from, (&heir_to_be, keys));
        let carried = self.carry(&mut unit, &work.effective, records, both).await?;
        self.readdress(&mut unit, heir.id, &carried).await?;
        let merge = (work.merge, heir.id);
        let mut detail = self.merge_detail(&work.caller, &work.effective, merge, Action::RecordsMoved);
        detail.note = Some(pairs(&carried));
        unit.entries.push(self.entry(&self.audit_key(heir, keys).await?, Some(heir.id), &detail));
        let moved = work.merge.clone().moved(records.len() as u64);
        unit.changes.push(Change::ReplaceCase(file(&moved)?));
        let moved: Vec<RecordId> = records.iter().map(|record| record.id).collect();
        stepped(self.commit_removals(unit, from, &moved).await?)?;
        self.remnants.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// The keys of the log about the one, and about whoever was merged into it before, become the other's: the last step.
    /// Bound there they die with the other's keys, and are moved with them. The ends of all records follow what happened to both.
    async fn hand_over_log(&self, work: &Work<'_>) -> Result<Merge, Failed> {
        let ((from, from_keys), (heir, keys)) = (work.from, work.heir);
        let mut unit = Unit { expects: work.effective.expects_of(heir), ..Unit::default() };
        for binding in from_keys {
            let class = match &*binding.class {
                AUDIT_CLASS => merged_class(from.id),
                other => other.to_owned(),
            };
            unit.expects.push(Expect::Key(binding.clone()));
            unit.changes.push(Change::RemoveKeyBinding(from.id, binding.class.clone()));
            let slot = binding.slot;
            unit.changes.push(Change::AddKeyBinding(KeyBinding { subject: heir.id, class, slot }));
        }
        let (version, triggers) = (heir.version + 1, heir.triggers.clone().unsettled(work.merge.begun_at));
        unit.changes.push(Change::SetTriggers { subject: heir.id, version, triggers });
        let merge = (work.merge, heir.id);
        let detail = self.merge_detail(&work.caller, &work.effective, merge, Action::MergeEnded);
        unit.entries.push(self.entry(&self.audit_key(heir, keys).await?, Some(heir.id), &detail));
        self.end_merge(work.merge.clone(), unit).await
    }

    pub(super) async fn end_merge(&self, merge: Merge, mut unit: Unit) -> Result<Merge, Failed> {
        let ended = merge.ended(self.now());
        unit.changes.push(Change::ReplaceCase(file(&ended)?));
        self.commit_step(unit).await?;
        Ok(ended)
    }

    /// Commits a step; when anything has changed meanwhile, what is next is found by looking again.
    async fn commit_step(&self, unit: Unit) -> Result<(), Failed> {
        stepped(self.commit(unit).await)
    }
}

fn stepped(outcome: Result<Committed, CommitError>) -> Result<(), Failed> {
    match outcome {
        Ok(_) => Ok(()),
        Err(CommitError::Conflict(_)) => Err(GateError::Busy.into()),
        Err(error) => Err(Failed::Commit(error)),
    }
}
