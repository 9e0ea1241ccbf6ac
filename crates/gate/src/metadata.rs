//! Metadata across records: queried and changed without opening any. One entry covers the whole query or change.

pub(crate) mod concerned;
mod purpose;

use std::sync::atomic::Ordering;

use domain::{
    Action, Detail, EntryId, RecordId, SubjectId,
    metadata::{Selection, Setting},
};
use sealing::AuditKey;
use store::{
    Change, Expect, Unit,
    metadata::{MetadataChange, MetadataRow, Wanted},
    records::Replay,
};

use crate::{
    Caller, Gate, GateError,
    attempts::Failed,
    policies::Effective,
    records::first_entry,
    repetition::{Once, entry_before, remember},
};

/// The most records that one change sets: it holds up every other writer while it lasts.
const CHANGED: u32 = 100_000;

/// A page of metadata.
#[derive(Debug)]
pub struct MetadataPage {
    /// The metadata, in the order of the records' ids.
    pub rows: Vec<MetadataRow>,
    /// The entry that records the query.
    pub entry: EntryId,
}

/// What a change of metadata led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataSet {
    /// How many records it set.
    pub changed: u64,
    /// The entry that records it.
    pub entry: EntryId,
}

/// A use of metadata that the policy permits, on its way into the log.
struct Permitted {
    effective: Effective,
    /// Whom it is about, when that is one person.
    subject: Option<SubjectId>,
    audit: AuditKey,
    expects: Vec<Expect>,
    detail: Detail,
}

impl Gate {
    /// The metadata of the records that are selected, for a purpose, in the order of their ids. It opens nothing, so
    /// it is asked only whether the account may process anything for that purpose, and objections do not hide what
    /// they are about.
    ///
    /// # Errors
    /// Refused when nothing may be processed for the purpose; a subject that is not there or gone; a selection that
    /// the policy has no word for; or a store that fails.
    pub async fn query_metadata(
        &self,
        caller: &Caller,
        selection: &Selection,
        purpose: &str,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<MetadataPage, GateError> {
        self.retried(|| self.try_query(caller, selection, purpose, after, limit))
            .await
            .map_err(Failed::into_error)
    }

    async fn try_query(
        &self,
        caller: &Caller,
        selection: &Selection,
        purpose: &str,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<MetadataPage, Failed> {
        let mut permitted = self.permitted(caller, Action::MetadataRead, selection, purpose).await?;
        let wanted = Wanted { account: caller.account_id(), selection, at: self.now(), after, limit };
        let rows = self.store.metadata(wanted).await?;
        let people = rows.iter().map(|row| row.subject).collect();
        self.describe(&mut permitted, selection, rows.len(), people);
        if let (Some(after), Some(note)) = (after, &mut permitted.detail.note) {
            note.push_str(&format!(" after {after}"));
        }
        let Permitted { subject, audit, expects, detail, .. } = permitted;
        let entries = vec![self.entry(&audit, subject, &detail)];
        let unit = Unit { expects, entries, ..Unit::default() };
        let entry = first_entry(&self.commit(unit).await.map_err(Failed::Commit)?)?;
        Ok(MetadataPage { rows, entry })
    }

    /// Sets one field of the metadata of every record that is selected, for a purpose. With `replay`, a repeated
    /// request answers as the first did.
    ///
    /// # Errors
    /// As for [`Gate::query_metadata`]; words that the policy does not declare; or more records than one change may
    /// hold others up for.
    pub async fn change_metadata(
        &self,
        caller: &Caller,
        selection: &Selection,
        purpose: &str,
        setting: &Setting,
        replay: Option<&Replay>,
    ) -> Result<MetadataSet, GateError> {
        match self.once(replay, || self.try_change(caller, selection, purpose, setting, replay)).await? {
            Once::Made(set) => Ok(set),
            Once::Before(first) => set_before(&first),
        }
    }

    async fn try_change(
        &self,
        caller: &Caller,
        selection: &Selection,
        purpose: &str,
        setting: &Setting,
        replay: Option<&Replay>,
    ) -> Result<MetadataSet, Failed> {
        let mut permitted = self.permitted(caller, Action::MetadataChanged, selection, purpose).await?;
        self.check_setting(&permitted.effective, setting)?;
        let (account, at) = (caller.account_id(), self.now());
        let wanted = Wanted { account, selection, at, after: None, limit: CHANGED + 1 };
        let matching = self.store.matching(wanted).await?;
        if matching.len() > CHANGED as usize {
            let detail = format!("more than {CHANGED} records match; change them by subject");
            return Err(GateError::Malformed(detail).into());
        }
        let (records, people): (Vec<_>, Vec<_>) = matching.into_iter().unzip();
        self.describe(&mut permitted, selection, records.len(), people);
        if let Some(note) = &mut permitted.detail.note {
            note.push_str(&format!("; set {}", words(setting)));
        }
        let Permitted { subject, audit, expects, detail, .. } = permitted;
        let entries = vec![self.entry(&audit, subject, &detail)];
        let (count, selection, setting) = (records.len() as u64, selection.clone(), setting.clone());
        let change = Change::SetMetadata(MetadataChange { account, selection, at, setting, records });
        let mut changes = vec![change];
        changes.extend(remember(replay, u128::from(count).to_be_bytes()));
        let committed = self.commit(Unit { expects, changes, entries }).await.map_err(Failed::Commit)?;
        self.remnants.store(true, Ordering::Relaxed);
        Ok(MetadataSet { changed: committed.changed, entry: first_entry(&committed)? })
    }

    /// Judges the purpose, and gathers what an entry about the selection needs.
    async fn permitted(
        &self,
        caller: &Caller,
        action: Action,
        selection: &Selection,
        purpose: &str,
    ) -> Result<Permitted, Failed> {
        let effective = self.effective(caller)?;
        let mut detail = self.detail_under(caller, action, &effective);
        detail.purpose = effective.known_purpose(purpose);
        let (subject, audit, expects) = match selection {
            Selection::Subject(id) => {
                let (subject, keys) = self.living_subject(caller, *id).await?;
                let audit = self.audit_key(&subject, &keys).await?;
                let expects = effective.expects_of(&subject);
                (Some(subject), audit, expects)
            }
            Selection::CollectedFor(name) if !effective.declares_purpose(name) => {
                let detail = "the policy in force declares no such purpose to select by";
                return Err(GateError::Malformed(detail.to_owned()).into());
            }
            Selection::CollectedFor(_) | Selection::Flagged => {
                (None, self.keyring.account(caller.account_id())?.audit_key(), effective.expects())
            }
        };
        detail.subject = subject.as_ref().map(|subject| subject.id);
        match self.may_process(&effective, subject.as_ref(), purpose) {
            Ok(clause) => {
                metrics::counter!("bailee_decisions_total", "outcome" => "allowed").increment(1);
                detail.clause = Some(clause.section);
                Ok(Permitted { subject: detail.subject, effective, audit, expects, detail })
            }
            Err(refusals) => Err(self.refuse(&audit, expects, detail, refusals).await.into()),
        }
    }

    /// What the entry says: the selection, how many records, and, where they are of many people, a root over them.
    fn describe(
        &self,
        permitted: &mut Permitted,
        selection: &Selection,
        records: usize,
        people: Vec<SubjectId>,
    ) {
        let selected = match selection {
            Selection::CollectedFor(purpose) => format!("collected for {purpose}"),
            Selection::Subject(_) => "of the subject".to_owned(),
            Selection::Flagged => "in which something was found".to_owned(),
        };
        permitted.detail.note = Some(format!("{records} records {selected}"));
        if permitted.subject.is_none() {
            permitted.detail.concerned = Some(concerned::commit_to(people, self.randomness()));
        }
    }
}

/// A setting in the words of the policy, for an entry.
fn words(setting: &Setting) -> String {
    let value = match setting {
        Setting::Objections(names) | Setting::Automated(names) | Setting::SharedWith(names) => {
            format!("[{}]", names.join(", "))
        }
        Setting::Source(source) => source.as_str().to_owned(),
        Setting::EndsBy(at) => at.to_string(),
    };
    format!("{} = {value}", setting.field())
}

/// The answer to a repeated request.
fn set_before(first: &Replay) -> Result<MetadataSet, GateError> {
    let damaged = |_| GateError::Damaged("a repetition without its count");
    let changed = u64::try_from(u128::from_be_bytes(first.result)).map_err(damaged)?;
    Ok(MetadataSet { changed, entry: entry_before(first)? })
}
