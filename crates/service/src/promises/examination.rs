//! What every check may look at: taken once at the beginning, so that all of them speak of the same moment.

use std::{collections::HashMap, sync::Arc};

use domain::{Account, AccountKind, Erasure, Record, Subject, SubjectId, calendar};
use gate::{Caller, DeadKeys, Effective, Gate, GateError, Sample};
use jiff::{Timestamp, civil::Date};
use policy::{Diagnostic, Policy, document::Document};

use crate::{
    attested::{Measure, measures},
    front::Front,
};

use super::{
    stand_in::{StandIn, stranger},
    verdict::counted,
};

/// How many records are looked at, at most.
const SAMPLE: u32 = 4_096;
/// How many subjects of each account are looked at, at most.
const SUBJECTS: u32 = 4_096;
/// How many of the latest erasures are looked at.
const ERASURES: u32 = 64;

/// What compiles a policy file: the compiler itself, unless a test puts a careless one in its place.
pub(crate) type Compiler = fn(&str, Date, Option<&Policy>) -> Result<Policy, Vec<Diagnostic>>;

/// The system as an assessment found it.
pub(crate) struct Examination<'a> {
    pub(crate) gate: &'a Gate,
    pub(crate) compile: Compiler,
    /// Whether there is a way to send mail.
    pub(crate) has_mailer: bool,
    /// What answers browsers; none where nothing does.
    pub(crate) front: Option<Arc<dyn Front>>,
    pub(crate) now: Timestamp,
    /// The operator, acting itself.
    pub(crate) operator: Caller,
    /// A Client that does not exist.
    pub(crate) stranger: Caller,
    /// What is in force for the operator.
    pub(crate) effective: Effective,
    pub(crate) accounts: Vec<Account>,
    pub(crate) sample: Sample,
    /// Subjects of all accounts, each with the kind of its account.
    pub(crate) subjects: Vec<(AccountKind, Subject)>,
    /// Since when the oldest entry waits for its place in the log.
    pub(crate) waiting: Option<Timestamp>,
    pub(crate) erasures: Vec<Erasure>,
    pub(crate) dead_keys: HashMap<SubjectId, DeadKeys>,
    /// What the policy lets a person attest.
    pub(crate) measures: Vec<Measure>,
    stand_in: Result<StandIn, GateError>,
}

impl<'a> Examination<'a> {
    /// Looks at the system and sends the stand-in through the gate.
    ///
    /// # Errors
    /// A store fails.
    pub(crate) async fn begin(
        gate: &'a Gate,
        compile: Compiler,
        has_mailer: bool,
        front: Option<Arc<dyn Front>>,
    ) -> Result<Self, GateError> {
        let accounts = gate.accounts();
        let operator = Caller::system(gate.operator()?);
        let effective = gate.policy(operator.account_id())?;
        // Before the stand-in leaves entries of its own.
        let waiting = gate.oldest_waiting_entry().await?;
        let stand_in = StandIn::enter(gate, &operator, &effective.operator.policy).await;
        let erasures = gate.latest_erasures(ERASURES).await?;
        let erased: Vec<SubjectId> = erasures.iter().map(|erasure| erasure.subject).collect();
        Ok(Self {
            gate,
            compile,
            has_mailer,
            front,
            now: gate.ambient().clock.now(),
            stranger: stranger(gate),
            sample: gate.sample_records(SAMPLE).await?,
            subjects: subjects(gate, &accounts).await?,
            dead_keys: gate.dead_keys(&erased).await?,
            measures: measures(gate, &operator).await?,
            operator,
            effective,
            accounts,
            waiting,
            erasures,
            stand_in,
        })
    }

    /// Erases the stand-in. What cannot be erased now is found by the next assessment's checks.
    ///
    /// # Errors
    /// A store fails.
    pub(crate) async fn end(self) -> Result<(), GateError> {
        if let Ok(stand_in) = &self.stand_in {
            self.gate.erase(&self.operator, stand_in.subject).await?;
        }
        Ok(())
    }

    /// The fictional person.
    ///
    /// # Errors
    /// The gate did not let them in.
    pub(crate) fn stand_in(&self) -> Result<&StandIn, GateError> {
        self.stand_in.as_ref().map_err(|error| match error {
            GateError::Damaged(what) => GateError::Damaged(what),
            other => GateError::Malformed(format!("no made-up person could be stored: {other}")),
        })
    }

    /// The operator's policy in force.
    pub(crate) fn policy(&self) -> &Policy {
        &self.effective.operator.policy
    }

    /// What the operator's policy in force says.
    pub(crate) fn document(&self) -> &Document {
        self.policy().document()
    }

    /// The day of the assessment, UTC.
    pub(crate) fn today(&self) -> Date {
        calendar::day(self.now)
    }

    /// The sampled records, each with the policy that declares what its account holds.
    pub(crate) fn records(&self) -> impl Iterator<Item = (&Record, Option<&Subject>, Effective)> {
        self.sample.records.iter().filter_map(|(record, owner)| {
            // An account without policy cannot hold anything; the operator's policy applies to every account.
            Some((record, owner.as_ref(), self.gate.policy(record.account).ok()?))
        })
    }

    /// The sample in words.
    pub(crate) fn sampled(&self) -> String {
        let extent = if self.sample.whole { "the whole store" } else { "a sample of the store" };
        format!("{} ({extent})", counted(self.sample.records.len(), "record"))
    }
}

/// The subjects of every account.
async fn subjects(gate: &Gate, accounts: &[Account]) -> Result<Vec<(AccountKind, Subject)>, GateError> {
    let mut all = Vec::new();
    for account in accounts {
        let listed = gate.list_subjects(&Caller::system(account.clone()), None, SUBJECTS).await?;
        all.extend(listed.into_iter().map(|subject| (account.kind, subject)));
    }
    Ok(all)
}
