//! Publishing a version of a policy.

use domain::{AccountKind, Action, EventKind, event::Facts};
use policy::Diagnostic;
use store::{Change, Unit, policies::PolicyVersion, records::Replay};

use super::{Numbered, TooSoon, book::compile};
use crate::{Caller, Gate, GateError, attempts::Failed, repetition::remember};

/// Why a policy could not be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It does not compile.
    #[error("the policy has errors")]
    Diagnostics(Vec<Diagnostic>),
    /// It permits more than before, and notice of that must be given longer ahead.
    #[error("the notice that was promised would not be over")]
    TooSoon(TooSoon),
    /// It could not be stored.
    #[error(transparent)]
    Gate(#[from] GateError),
}

/// What is to be published.
#[derive(Clone, Copy)]
struct NewVersion<'a> {
    source: &'a str,
    because: Option<&'a str>,
}

impl Gate {
    /// Publishes a policy version for the caller's account. It applies from the day that it names, or at once when that
    /// has come; what permits more than before must be published as long ahead as the policy in force promises.
    ///
    /// # Errors
    /// The policy has errors, would apply before the notice of it is over, or could not be stored; the policy in force
    /// stays so.
    pub async fn publish_policy(
        &self,
        caller: &Caller,
        source: &str,
        replay: Option<&Replay>,
    ) -> Result<Numbered, PublishError> {
        self.publish(caller, NewVersion { source, because: None }, replay).await
    }

    /// The same without the notice that was promised, for a reason that stands in the history: a legal order, a mistake.
    ///
    /// # Errors
    /// The policy has errors, or could not be stored; the policy in force stays so.
    pub async fn publish_policy_urgently(
        &self,
        caller: &Caller,
        source: &str,
        because: &str,
        replay: Option<&Replay>,
    ) -> Result<Numbered, PublishError> {
        self.publish(caller, NewVersion { source, because: Some(because) }, replay).await
    }

    async fn publish(
        &self,
        caller: &Caller,
        new: NewVersion<'_>,
        replay: Option<&Replay>,
    ) -> Result<Numbered, PublishError> {
        if let Some(first) = self.repeated(replay).await? {
            // The first request may have gone to another process.
            self.refresh().await?;
            return self.published(caller, first.result);
        }
        let attempt = async || match self.try_publish(caller, new, replay).await {
            Ok(number) => Ok(Ok(number)),
            Err(PublishError::Gate(error)) => Err(Failed::Gate(error)),
            // Trying again would find the same.
            Err(found) => Ok(Err(found)),
        };
        let number =
            self.retried(attempt).await.map_err(|failed| PublishError::Gate(failed.into_error()))??;
        self.refresh().await?;
        self.published(caller, u128::from(number).to_be_bytes())
    }

    /// Publishes the version after the newest one; its number.
    async fn try_publish(
        &self,
        caller: &Caller,
        new: NewVersion<'_>,
        replay: Option<&Replay>,
    ) -> Result<u32, PublishError> {
        let (account, now) = (caller.account_id(), self.now());
        let effective = self.effective(caller)?;
        let operator = (caller.account.kind != AccountKind::Operator).then_some(&effective.operator);
        let policy = compile(new.source, now, operator).map_err(PublishError::Diagnostics)?;
        let number = effective.newest_own() + 1;
        let (source, because) = (new.source.to_owned(), new.because.map(str::to_owned));
        let version = PolicyVersion { account, number, source, published_at: now, because };
        let known = self.policies.versions(account);
        let numbered = Numbered::after(&known, &version, self.policies.times(&version, &policy), policy);
        if let (None, Some(too_soon)) = (new.because, numbered.too_soon(&known)) {
            return Err(PublishError::TooSoon(too_soon));
        }
        let mut detail = self.detail_under(caller, Action::PolicyPublished, &effective);
        detail.note = Some(numbered.note());
        let facts = Facts { version: Some(number), ..Facts::default() };
        let told = self.tell(account, EventKind::PolicyPublished, facts);
        let mut changes = vec![Change::AddPolicyVersion(version), told];
        if operator.is_none() {
            changes.extend(self.announce(&effective, &numbered)?);
        }
        changes.extend(remember(replay, u128::from(number).to_be_bytes()));
        let entries = vec![self.account_entry(account, &detail)?];
        let unit = Unit { expects: effective.expects(), changes, entries };
        self.commit(unit).await.map_err(GateError::from)?;
        Ok(number)
    }

    /// The version that a repeated request has published before.
    fn published(&self, caller: &Caller, result: [u8; 16]) -> Result<Numbered, PublishError> {
        let number = u128::from_be_bytes(result);
        let mut versions = self.policy_versions(caller.account_id()).into_iter();
        let found = versions.find(|version| u128::from(version.number) == number);
        found.ok_or(PublishError::Gate(GateError::Gone("policy version")))
    }
}
