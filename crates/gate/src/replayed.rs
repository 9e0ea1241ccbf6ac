//! The decisions that the log holds, made again under a policy that is not in force: what would be refused that was
//! allowed, and the other way round. Nothing of it is stored but the entry that says it was asked.
//!
//! An entry says what was asked and how it was answered, not what was known of the person. So a decision is first made
//! again under the policies of its time with what is known now: where that answers otherwise than the log says, something
//! else than the policy has changed since, and the decision says nothing about the new version.

use std::{
    collections::{BTreeSet, HashMap, hash_map::Entry},
    sync::Arc,
};

use domain::{
    AccountId, AccountKind, Action, ChoiceState, Detail, EntryId, Outcome, RecordId, Subject, calendar,
};
use jiff::Timestamp;
use policy::{
    Decision, Policy, Promise, Question,
    decide::{Facts, decide_under},
    replay::{Otherwise, Tally},
};
use serde::Serialize;
use store::Unit;

use crate::{
    Caller, Gate, GateError, PublishError,
    attempts::Failed,
    log::{Seen, Window},
    permit::SystemUse,
    policies::{Effective, screening::minimum_age},
    records::first_entry,
};

/// How many entries of a page are looked at before others are let in.
const AT_ONCE: usize = 256;

/// What a policy would have decided otherwise.
#[derive(Debug, Clone, Serialize)]
pub struct ReplayedPolicy {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// What would turn out otherwise.
    #[serde(flatten)]
    pub otherwise: Otherwise,
    /// Decisions that would turn out otherwise under the policies of their time too: what is known of the person, or
    /// what they chose, has changed since.
    pub changed_since: u64,
    /// Decisions of which the log does not say what was asked, because no policy had a word for it.
    pub unnamed: u64,
    /// Entries of that time that nobody can open any more, because their person was erased since.
    pub unopenable: u64,
    /// Entries of people whose key is damaged or missing without an erasure.
    pub damaged: u64,
    /// The entry that records that it was asked.
    pub entry: EntryId,
}

/// The newer version, in place of the operator's policy or of the account's own.
enum Next {
    Operator(Arc<Policy>),
    Own(Arc<Policy>),
}

/// A replay on its way.
struct Replaying<'a> {
    gate: &'a Gate,
    next: Next,
    /// A yes to these does not cover what the newer version does.
    asked_again: BTreeSet<String>,
    /// What is in force for each account that was met.
    in_force: HashMap<AccountId, Effective>,
    tally: Tally,
    changed_since: u64,
    unnamed: u64,
}

/// What is known of the record that a decision was about.
#[derive(Default)]
struct About {
    collected_for: Option<Vec<String>>,
    objections: Vec<String>,
}

impl Gate {
    /// Makes the decisions since a moment again as if `source` were the caller's policy. The operator's policy decides for
    /// every account, so all of them are looked at, and only counted.
    ///
    /// # Errors
    /// The policy has errors, or a store fails.
    pub async fn replay_policy(
        &self,
        caller: &Caller,
        source: &str,
        from: Timestamp,
    ) -> Result<ReplayedPolicy, PublishError> {
        let (until, effective) = (self.now(), self.effective(caller)?);
        let next = self.compile_next(caller, source)?;
        let is_operator = caller.account.kind == AccountKind::Operator;
        let before = if is_operator {
            Some(&effective.operator)
        } else {
            effective.account.as_ref().map(|(_, own)| own)
        };
        let asked_again =
            before.map(|before| policy::diff::asks_again(&before.policy, &next)).unwrap_or_default();
        let mut replaying = Replaying {
            gate: self,
            next: if is_operator { Next::Operator(Arc::clone(&next)) } else { Next::Own(Arc::clone(&next)) },
            asked_again,
            in_force: HashMap::new(),
            tally: Tally::default(),
            changed_since: 0,
            unnamed: 0,
        };
        let permit = self.permit_system(&effective, SystemUse::ScanLog, Promise::Changes);
        let account = (!is_operator).then(|| caller.account_id());
        let mut scan = self.scan(caller, permit, account, Window { from, until }).await?;
        while let Some(page) = scan.next().await? {
            replaying.add(&page).await?;
        }
        let old = effective.declaring().document();
        let otherwise = replaying.tally.told(old, next.document());
        let entry = self.record_replay(caller, scan.clause, from, &otherwise).await?;
        Ok(ReplayedPolicy {
            from,
            until,
            otherwise,
            changed_since: replaying.changed_since,
            unnamed: replaying.unnamed,
            unopenable: scan.unopenable,
            damaged: scan.damaged,
            entry,
        })
    }

    async fn record_replay(
        &self,
        caller: &Caller,
        clause: u16,
        from: Timestamp,
        otherwise: &Otherwise,
    ) -> Result<EntryId, GateError> {
        let note = format!("{} decisions since {from}", otherwise.decisions);
        let attempt = async || {
            let effective = self.effective(caller)?;
            let detail = Detail {
                clause: Some(clause),
                note: Some(note.clone()),
                ..self.detail_under(caller, Action::PolicyReplayed, &effective)
            };
            let entries = vec![self.account_entry(caller.account_id(), &detail)?];
            let unit = Unit { expects: effective.expects(), entries, ..Unit::default() };
            Ok(first_entry(&self.commit(unit).await.map_err(Failed::Commit)?)?)
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }
}

impl Replaying<'_> {
    async fn add(&mut self, page: &[Seen]) -> Result<(), GateError> {
        let mut records: HashMap<RecordId, Arc<About>> = HashMap::new();
        for (place, Seen { detail, subject, .. }) in page.iter().enumerate() {
            if place % AT_ONCE == AT_ONCE - 1 {
                // A page may hold thousands of decisions, and others are served on this thread.
                tokio::task::yield_now().await;
            }
            let Some(subject) = subject.as_deref().filter(|_| is_decision(detail.action)) else { continue };
            let Some(purpose) = &detail.purpose else {
                self.unnamed += u64::from(detail.outcome == Outcome::Refused);
                continue;
            };
            let about = self.about(detail, &mut records).await?;
            self.decide(detail, purpose, subject, &about)?;
        }
        Ok(())
    }

    /// What is known of the record that a decision was about; nothing of one that was about to be stored, or is gone.
    async fn about(
        &self,
        detail: &Detail,
        known: &mut HashMap<RecordId, Arc<About>>,
    ) -> Result<Arc<About>, GateError> {
        let Some(id) = detail.record.filter(|_| detail.action != Action::RecordCreated) else {
            return Ok(Arc::default());
        };
        if let Some(about) = known.get(&id) {
            return Ok(Arc::clone(about));
        }
        let about = self.gate.store.record(id).await?.map(|held| About {
            collected_for: Some(held.record.metadata.collected_for),
            objections: held.record.metadata.objections,
        });
        let about = Arc::new(about.unwrap_or_default());
        known.insert(id, Arc::clone(&about));
        Ok(about)
    }

    /// Makes one decision again, for each category that it was about.
    fn decide(
        &mut self,
        detail: &Detail,
        purpose: &str,
        subject: &Subject,
        about: &About,
    ) -> Result<(), GateError> {
        let in_force = match self.in_force.entry(subject.account) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(self.gate.policy(subject.account)?),
        };
        let Some(then) = self.gate.policies_at(subject.account, detail.policy, detail.at) else {
            self.unnamed += 1;
            return Ok(());
        };
        let categories = categories(detail, &then, self.next.declaring(in_force));
        self.unnamed += u64::from(categories.is_empty());
        let bearings = then.bearings(subject, &about.objections);
        let day = calendar::day(detail.at);
        let facts = Facts { collected_for: about.collected_for.as_deref(), ..bearings.facts(day) };
        let mut choices_now = in_force.choices_of(subject);
        choices_now
            .0
            .retain(|about, state| *state != ChoiceState::Granted || !self.asked_again.contains(about));
        let age = subject.age.under(self.next.minimum_age(in_force));
        let facts_now = Facts { choices: &choices_now, age, ..facts.clone() };
        let was_allowed = detail.outcome == Outcome::Allowed;
        let mut changed = 0;
        for category in &categories {
            let question = Question {
                role: &subject.role,
                record_type: detail.record_type.as_deref(),
                category,
                purpose,
                recipient: detail.recipient.as_deref(),
            };
            if then.decide(&question, &facts).is_allowed() != was_allowed {
                changed += 1;
                continue;
            }
            let now = self.next.decide(in_force, &question, &facts_now);
            let now = now.refusals().first().map_or(Ok(()), |refusal| Err(refusal.reason));
            self.tally.add(&question, was_allowed, now);
        }
        // Where a record was refused as a whole, one of its categories was refused and others need not have been.
        let is_whole = detail.categories.is_empty();
        self.changed_since +=
            if is_whole { u64::from(changed > 0 && changed == categories.len()) } else { changed as u64 };
        Ok(())
    }
}

impl Next {
    /// Decides under the newer version and, of the two policies, the other one as it is in force.
    fn decide(&self, in_force: &Effective, question: &Question<'_>, facts: &Facts<'_>) -> Decision {
        match self {
            Self::Operator(next) => decide_under(next, own(in_force), question, facts),
            Self::Own(next) => decide_under(&in_force.operator.policy, Some(next), question, facts),
        }
    }

    /// The minimum age that would apply.
    fn minimum_age(&self, in_force: &Effective) -> Option<u8> {
        let (one, other) = match self {
            Self::Operator(next) => (Some(&**next), own(in_force)),
            Self::Own(next) => (Some(&*in_force.operator.policy), Some(&**next)),
        };
        one.into_iter().chain(other).filter_map(minimum_age).max()
    }

    /// The policy that would declare the account's record types.
    fn declaring<'a>(&'a self, in_force: &'a Effective) -> &'a Policy {
        match self {
            Self::Own(next) => next,
            Self::Operator(next) => own(in_force).unwrap_or(next),
        }
    }
}

fn own(effective: &Effective) -> Option<&Policy> {
    effective.account.as_ref().map(|(_, own)| &*own.policy)
}

/// Whether an entry tells of a decision about the use of a person's data.
const fn is_decision(action: Action) -> bool {
    matches!(
        action,
        Action::DecisionAsked
            | Action::RecordCreated
            | Action::RecordRead
            | Action::RecordUpdated
            | Action::SubjectRead
            | Action::SubjectLookedUp
    )
}

/// The categories that a decision was about. A refusal of a whole record names none: then they are those that its type
/// holds, under either version.
fn categories(detail: &Detail, then: &Effective, next: &Policy) -> Vec<String> {
    if !detail.categories.is_empty() {
        return detail.categories.clone();
    }
    let Some(name) = detail.record_type.as_deref().filter(|_| detail.outcome == Outcome::Refused) else {
        return Vec::new();
    };
    let declared = [then.declaring(), next].into_iter().filter_map(|policy| policy.record_type(name));
    let held = declared.flat_map(|record| record.fields.values()).filter_map(|field| field.category.as_ref());
    let distinct: BTreeSet<String> = held.map(|name| name.get_ref().clone()).collect();
    distinct.into_iter().collect()
}
