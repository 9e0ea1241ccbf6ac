//! Questions to the log: which entries there are of some time, and who opened whose data. Each is answered from the entries of the
//! caller's own account, in memory that does not grow with the log, and has an entry of its own.

use std::collections::{BTreeMap, VecDeque};

use domain::{
    Action, Detail, EntryId, Outcome,
    access::{Opened, Reader},
    incident::Actor,
};
use jiff::Timestamp;
use policy::Promise;
use store::Unit;

use super::scan::Window;
use crate::{
    Caller, Determination, Gate, GateError, attempts::Failed, glass::BROKEN_GLASS, permit::SystemUse,
    records::first_entry,
};

/// How many entries of broken glass are shown.
const GLASS: usize = 100;

/// What the log is searched for.
#[derive(Debug, Clone)]
pub struct LogQuestion {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// What was done; anything when it is none.
    pub action: Option<Action>,
    /// By whom; by anybody when it is none.
    pub by: Option<Actor>,
    /// Whether only what was refused is meant.
    pub is_refused: bool,
}

/// What was found in the log.
#[derive(Debug, Default)]
pub struct LogFound {
    /// The newest of the entries that were meant, newest first.
    pub entries: VecDeque<(EntryId, Detail)>,
    /// How many were meant.
    pub count: u64,
    /// How many of that time nobody can open any more, as their person was erased since.
    pub unopenable: u64,
}

/// Who opened whose data in some time.
#[derive(Debug, Default)]
pub struct AccessFound {
    /// What each opened.
    pub readers: BTreeMap<Reader, Opened>,
    /// The newest of the entries of members of staff who opened somebody for what is out of the ordinary, newest first.
    pub broken_glass: VecDeque<(EntryId, Detail)>,
    /// How many entries of that time nobody can open any more.
    pub unopenable: u64,
}

impl LogQuestion {
    fn means(&self, detail: &Detail) -> bool {
        self.action.is_none_or(|action| action == detail.action)
            && self.by.is_none_or(|by| by.did(detail.account, detail.actor, detail.staff))
            && (!self.is_refused || detail.outcome == Outcome::Refused)
    }

    fn note(&self, count: u64) -> String {
        let action = self.action.map(|action| format!(", {}", action.word())).unwrap_or_default();
        let by = self.by.map(|by| format!(", by {by}")).unwrap_or_default();
        format!("from {} until {}{action}{by}: {count} entries", self.from, self.until)
    }
}

impl Gate {
    /// Searches the entries of the caller's account: the newest that are meant, at most `limit` of them after the first `skipped`.
    ///
    /// # Errors
    /// The time cannot be one, or a store fails.
    pub async fn search_log(
        &self,
        caller: &Caller,
        question: &LogQuestion,
        (skipped, limit): (usize, usize),
    ) -> Result<LogFound, GateError> {
        let mut found = LogFound::default();
        found.unopenable = self
            .each_entry(caller, (question.from, question.until), |entry, detail| {
                if question.means(&detail) {
                    found.count += 1;
                    found.entries.push_front((entry, detail));
                    found.entries.truncate(skipped.saturating_add(limit));
                }
            })
            .await?;
        found.entries.drain(..skipped.min(found.entries.len()));
        self.record_question(caller, Action::LogSearched, (question.note(found.count), None)).await?;
        Ok(found)
    }

    /// Who opened whose data of the caller's account between two moments.
    ///
    /// # Errors
    /// The time cannot be one, or a store fails.
    pub async fn access_between(
        &self,
        caller: &Caller,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<AccessFound, GateError> {
        let mut found = AccessFound::default();
        found.unopenable = self
            .each_entry(caller, (from, until), |entry, detail| {
                if detail.case.as_ref().is_some_and(|statement| statement.case == BROKEN_GLASS) {
                    found.broken_glass.push_front((entry, detail.clone()));
                    found.broken_glass.truncate(GLASS);
                }
                if let Some(reader) = Reader::of(&detail) {
                    found.readers.entry(reader).or_default().add(&detail);
                }
            })
            .await?;
        found.readers.retain(|_, opened| opened.times > 0 || opened.refused > 0);
        let note = format!("who opened what from {from} until {until}: {} readers", found.readers.len());
        self.record_question(caller, Action::LogSearched, (note, None)).await?;
        Ok(found)
    }

    /// Records that somebody went through who opened what, and what they found.
    ///
    /// # Errors
    /// A store fails.
    pub async fn sign_access_review(
        &self,
        caller: &Caller,
        (from, until): (Timestamp, Timestamp),
        said: &Determination,
    ) -> Result<EntryId, GateError> {
        let note = format!("from {from} until {until}");
        self.record_question(caller, Action::AccessReviewed, (note, Some(said))).await
    }

    /// The entries about a case of the caller's account since a moment, the newest first.
    ///
    /// # Errors
    /// A store fails.
    pub(crate) async fn entries_of_case(
        &self,
        caller: &Caller,
        case: &str,
        since: Timestamp,
    ) -> Result<Vec<(EntryId, Detail)>, GateError> {
        let mut found = Vec::new();
        let until = self.now().saturating_add(jiff::SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX);
        self.each_entry(caller, (since, until), |entry, detail| {
            if detail.case.as_ref().is_some_and(|statement| statement.case == case) {
                found.push((entry, detail));
            }
        })
        .await?;
        found.reverse();
        let note = format!("what was said of {case}: {} entries", found.len());
        self.record_question(caller, Action::LogSearched, (note, None)).await?;
        Ok(found)
    }

    /// Opens every entry of the caller's account of some time. Returns how many nobody can open any more.
    async fn each_entry(
        &self,
        caller: &Caller,
        (from, until): (Timestamp, Timestamp),
        mut each: impl FnMut(EntryId, Detail),
    ) -> Result<u64, GateError> {
        if from >= until {
            return Err(GateError::Malformed("the first day is not before the last".to_owned()));
        }
        let effective = self.effective(caller)?;
        let permit = self.permit_system(&effective, SystemUse::ScanLog, Promise::Security);
        let window = Window { from, until };
        let mut scan = self.scan(caller, permit, Some(caller.account_id()), window).await?;
        while let Some(page) = scan.next().await? {
            page.into_iter().for_each(|seen| each(seen.entry, seen.detail));
        }
        Ok(scan.unopenable)
    }

    async fn record_question(
        &self,
        caller: &Caller,
        action: Action,
        (note, said): (String, Option<&Determination>),
    ) -> Result<EntryId, GateError> {
        self.retried(async || {
            let effective = self.effective(caller)?;
            let clause = effective.operator.policy.clause("", Promise::Security).section;
            let statement = said.map(|said| domain::audit::Statement {
                case: action.word(),
                by: said.by.clone(),
                because: Some(said.because.clone()),
            });
            let detail = Detail {
                clause: Some(clause),
                note: Some(note.clone()),
                case: statement,
                ..self.detail_under(caller, action, &effective)
            };
            let entries = vec![self.account_entry(caller.account_id(), &detail)?];
            let unit = Unit { expects: effective.expects(), entries, ..Unit::default() };
            Ok(first_entry(&self.commit(unit).await.map_err(Failed::Commit)?)?)
        })
        .await
        .map_err(Failed::into_error)
    }
}
