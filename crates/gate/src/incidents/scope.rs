//! How far an incident reaches: the entries of some time are read, and whom somebody touched is answered, in ids, words
//! of the policy and counts. No record is opened.

use domain::{
    AccountId, AccountKind, Action, EntryId, Incident, IncidentId, Staff, SubjectId,
    incident::{Actor, Reach, Scope, Step},
};
use jiff::Timestamp;
use policy::Promise;
use store::Unit;

use super::tally::{Tally, Touched};
use crate::{
    Caller, Gate, GateError, attempts::Failed, log::Window, metadata::concerned, permit::SystemUse,
    records::first_entry,
};

/// What the log is asked about an incident.
#[derive(Debug, Clone)]
pub struct ScopeQuestion {
    /// Whose doings.
    pub actor: Actor,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// People after this one are named.
    pub after: Option<SubjectId>,
    /// How many people are named.
    pub limit: u32,
}

/// How far an incident reaches.
#[derive(Debug)]
pub struct Scoped {
    /// The question and the counts.
    pub scope: Scope,
    /// The people of the caller's account that were touched, in the order of their ids.
    pub people: Vec<Touched>,
    /// Whether others come after them.
    pub has_more: bool,
    /// The entry that records the answer.
    pub entry: EntryId,
}

impl Gate {
    /// Asks the log how far an incident of the caller's account reaches. The answer's counts become part of the incident,
    /// unless the question is for further people of the same answer. A Client is answered from its own entries; the
    /// operator from all, but only people of its own account are named.
    ///
    /// # Errors
    /// The incident, key or account is not there; the time cannot be one; the incident is closed; or a store fails.
    pub async fn scope_incident(
        &self,
        caller: &Caller,
        id: IncidentId,
        question: &ScopeQuestion,
    ) -> Result<Scoped, GateError> {
        let incident = self.incident(caller, id).await?;
        let account = self.scanned_account(caller, question).await?;
        if question.after.is_none() {
            // Not worth a scan when its answer has no place.
            let empty = scope(question, self.now(), Reach::default());
            incident.take(Step::Scope(Box::new(empty)), self.now())?;
        }
        let tally = self.tally(caller, account, question).await?;
        let (reach, people, has_more) = tally.into_page();
        let scope = scope(question, self.now(), reach);
        let entry = self.record_scope(caller, id, question, &scope, &people).await?;
        Ok(Scoped { scope, people, has_more, entry })
    }

    /// Reads the entries of the time that the question names, and adds them up.
    async fn tally(
        &self,
        caller: &Caller,
        account: Option<AccountId>,
        question: &ScopeQuestion,
    ) -> Result<Tally, GateError> {
        let effective = self.effective(caller)?;
        let permit = self.permit_system(&effective, SystemUse::ScanLog, Promise::Security);
        let window = Window { from: question.from, until: question.until };
        let mut tally = Tally::of(caller.account_id(), question);
        let mut scan = self.scan(caller, permit, account, window).await?;
        while let Some(page) = scan.next().await? {
            page.iter().for_each(|seen| tally.add(seen));
        }
        (tally.reach.unopenable, tally.reach.damaged) = (scan.unopenable, scan.damaged);
        Ok(tally)
    }

    /// Whose entries are read: those of the account that the actor acts in, or all when it may be any.
    async fn scanned_account(
        &self,
        caller: &Caller,
        question: &ScopeQuestion,
    ) -> Result<Option<AccountId>, GateError> {
        if question.from >= question.until {
            return Err(GateError::Malformed("`from` is not before `until`".to_owned()));
        }
        let is_operator = caller.account.kind == AccountKind::Operator;
        let (acting, missing) = match question.actor {
            Actor::Key(key) => (self.looked_up(|known| known.account_of(key)).await?, "key"),
            Actor::Account(account) => {
                (self.looked_up(|known| known.account(account)).await?.map(|account| account.id), "account")
            }
            Actor::Staff(staff) => {
                self.own::<Staff>(caller, *staff.as_bytes()).await?;
                return Ok((!is_operator).then(|| caller.account_id()));
            }
            Actor::System => return Ok((!is_operator).then(|| caller.account_id())),
        };
        // A Client learns of others no more than of what does not exist.
        let acting = acting.filter(|acting| is_operator || *acting == caller.account_id());
        acting.map(Some).ok_or(GateError::NotFound(missing))
    }

    /// Records the answer: the counts in the incident, and a commitment to the people who are named in the entry.
    async fn record_scope(
        &self,
        caller: &Caller,
        id: IncidentId,
        question: &ScopeQuestion,
        scope: &Scope,
        people: &[Touched],
    ) -> Result<EntryId, GateError> {
        let step = Step::Scope(Box::new(scope.clone()));
        let named = people.iter().map(|touched| touched.subject).collect();
        let concerned = concerned::commit_to(named, self.randomness());
        self.retried(async || {
            let incident = self.incident(caller, id).await?;
            let effective = self.effective(caller)?;
            let (action, mut note) = super::said(id, &step);
            if let Some(after) = question.after {
                note.push_str(&format!("; those after {after}"));
            }
            let mut detail = self.incident_detail(caller, &effective, action, note);
            detail.concerned = Some(concerned.clone());
            if question.after.is_some() {
                let entry = self.account_entry(incident.account, &detail)?;
                let unit = Unit { expects: effective.expects(), entries: vec![entry], ..Unit::default() };
                return Ok(first_entry(&self.commit(unit).await.map_err(Failed::Commit)?)?);
            }
            let moved: Incident = incident.take(step.clone(), self.now()).map_err(GateError::from)?;
            let changes = vec![store::Change::ReplaceIncident(moved.clone())];
            let moved = self.commit_incident(moved, &effective, changes, &detail).await?;
            Ok(moved.entry.ok_or(GateError::Damaged("a commit without its entry"))?)
        })
        .await
        .map_err(Failed::into_error)
    }

    /// Whether a scan since a moment finds that the system itself touched someone, which an assessment knows it did.
    ///
    /// # Errors
    /// A store fails.
    pub async fn is_found_by_scan(
        &self,
        caller: &Caller,
        subject: SubjectId,
        since: Timestamp,
    ) -> Result<bool, GateError> {
        let until = self.now().saturating_add(jiff::SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX);
        let question =
            ScopeQuestion { actor: Actor::System, from: since, until, after: None, limit: u32::MAX };
        let (reach, people, _) = self.tally(caller, Some(caller.account_id()), &question).await?.into_page();
        let effective = self.effective(caller)?;
        let note = format!("an assessment looked for a person it had made up: {} people", reach.people);
        let detail = self.incident_detail(caller, &effective, Action::IncidentScoped, note);
        let entry = self.account_entry(caller.account_id(), &detail)?;
        self.commit(Unit { entries: vec![entry], ..Unit::default() }).await?;
        let found = people.iter().find(|touched| touched.subject == subject);
        Ok(found.is_some_and(|touched| !touched.categories.is_empty()))
    }
}

fn scope(question: &ScopeQuestion, at: Timestamp, reach: Reach) -> Scope {
    Scope { at, actor: question.actor, from: question.from, until: question.until, reach }
}
