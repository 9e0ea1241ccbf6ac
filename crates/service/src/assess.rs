//! Assessments: every promise checked against the live system, with evidence (promise `verification`).

mod schedule;

use domain::{Assessed, AssessmentId};
use gate::{Caller, GateError};
use jiff::Timestamp;
use policy::{Policy, Promise};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    Service,
    promises::{Check, Compiler, Examination, REGISTRY, Registered, Status, Verdict, attested},
};

/// What was found of all promises at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Its id.
    pub id: AssessmentId,
    /// When it began.
    pub at: Timestamp,
    /// One finding a promise, in the order of the reference policy.
    #[serde(rename = "promises")]
    pub findings: Vec<Finding>,
}

/// What was found of one promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The promise.
    #[serde(rename = "id", deserialize_with = "promise")]
    pub promise: Promise,
    /// The section of the policy in force that makes it; none when no section does.
    pub section: Option<u16>,
    /// Whether it is kept.
    pub status: Status,
    /// What that rests on, in words without personal data.
    pub evidence: String,
    /// When it was looked at.
    pub checked_at: Timestamp,
}

impl Assessment {
    /// How many promises have this status.
    pub fn count(&self, status: Status) -> usize {
        self.findings.iter().filter(|finding| finding.status == status).count()
    }

    /// The whole in a few words, for example `17 of 30 kept`.
    pub fn headline(&self) -> String {
        let kept = format!("{} of {} kept", self.count(Status::Kept), self.findings.len());
        match self.count(Status::Broken) {
            0 => kept,
            broken => format!("{kept}, {broken} broken"),
        }
    }
}

impl Service {
    /// Checks every promise now. A made-up person goes through the gate meanwhile and is erased before this returns;
    /// the result is stored, with an entry in the audit log.
    ///
    /// # Errors
    /// The system cannot be examined or the result cannot be stored.
    pub async fn assess(&self) -> Result<Assessment, GateError> {
        self.assess_with(Policy::compile).await
    }

    pub(crate) async fn assess_with(&self, compile: Compiler) -> Result<Assessment, GateError> {
        // Two at once would only look at each other's made-up people.
        let _one_at_a_time = self.assessing.lock().await;
        let examination =
            Examination::begin(self.gate(), compile, self.has_mailer(), self.shown.front()).await?;
        let at = examination.now;
        let mut findings = Vec::with_capacity(REGISTRY.len());
        for registered in REGISTRY {
            findings.push(find(&examination, registered).await);
        }
        let operator = examination.operator.clone();
        examination.end().await?;
        let (ambient, bucket) = (self.gate().ambient(), operator.account_id().bucket());
        let id = AssessmentId::new(&*ambient.clock, &*ambient.randomness, bucket);
        let assessment = Assessment { id, at, findings };
        self.keep(&operator, &assessment).await?;
        Ok(assessment)
    }

    /// The latest assessment; none before the first.
    pub fn latest_assessment(&self) -> Option<Assessment> {
        self.assessment.read().clone()
    }

    /// Takes up what the server before this one found, or another one beside it, when that is newer than what this one
    /// knows.
    pub(crate) async fn recall_assessment(&self) -> Result<(), GateError> {
        let stored = self.gate().stored_assessment().await?;
        let stored: Option<Assessment> = stored.and_then(|json| serde_json::from_slice(&json).ok());
        let mut known = self.assessment.write();
        if stored.as_ref().map(|stored| stored.at) > known.as_ref().map(|known| known.at) {
            *known = stored;
        }
        Ok(())
    }

    async fn keep(&self, operator: &Caller, assessment: &Assessment) -> Result<(), GateError> {
        let report =
            serde_json::to_string(assessment).expect("an assessment has string keys and finite numbers only");
        let (id, at, account) = (assessment.id, assessment.at, operator.account_id());
        let assessed = Assessed { id, account, at, headline: assessment.headline(), report };
        self.gate().store_assessment(operator, &assessed).await?;
        *self.assessment.write() = Some(assessment.clone());
        Ok(())
    }
}

async fn find(examination: &Examination<'_>, registered: &Registered) -> Finding {
    let verdict = match registered.check {
        Check::Live(check) => check(examination).await.unwrap_or_else(Verdict::from),
        Check::Missing(what) => Verdict::unchecked(what),
    };
    let verdict = attested::weigh(examination, registered.promise, verdict);
    Finding {
        promise: registered.promise,
        section: section(examination, registered.promise),
        status: verdict.status,
        evidence: verdict.evidence,
        checked_at: examination.gate.ambient().clock.now(),
    }
}

/// The first section of the policy in force that makes a promise.
fn section(examination: &Examination<'_>, promise: Promise) -> Option<u16> {
    let sections = &examination.document().sections;
    let making = sections
        .iter()
        .map(|section| section.get_ref())
        .find(|section| section.promises.iter().any(|made| made.get_ref() == promise.id()));
    making.map(|section| *section.number.get_ref())
}

fn promise<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Promise, D::Error> {
    let id = std::borrow::Cow::<str>::deserialize(deserializer)?;
    id.parse().map_err(serde::de::Error::custom)
}
