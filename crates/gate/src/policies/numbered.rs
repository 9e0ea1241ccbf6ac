//! A version of a policy among those before it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    calendar,
    digest::sha256_hex,
    succession::{self, Version},
};
use jiff::{Span, Timestamp, civil::Date};
use policy::{Diff, Policy};
use store::policies::PolicyVersion;

/// A policy with the number of its version.
#[derive(Debug, Clone)]
pub struct Numbered {
    /// Counted from 1 for each account.
    pub number: u32,
    /// When it was published.
    pub published_at: Timestamp,
    /// From when it applies, unless a newer version does by then.
    pub applies_at: Timestamp,
    /// Why it could not wait for the notice that was promised, where somebody said so.
    pub because: Option<Arc<str>>,
    /// The policy.
    pub policy: Arc<Policy>,
    /// What it permits otherwise than the version in whose place it comes; none of the first, nor where one in between
    /// does not compile any more.
    pub changes: Option<Arc<Diff>>,
    /// The newest version, up to this one, that asks again about a purpose or a recipient.
    asks_again: Arc<BTreeMap<String, u32>>,
}

/// A version that permits more, and would apply before the notice of it is over.
#[derive(Debug, Clone)]
pub struct TooSoon {
    /// How long ahead notice was promised.
    pub ahead: Span,
    /// The first day on which it may apply.
    pub day: Date,
}

/// When a version was published, and from when it applies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) published_at: Timestamp,
    pub(super) applies_at: Timestamp,
}

impl Version for Times {
    fn published_at(&self) -> Timestamp {
        self.published_at
    }

    fn applies_at(&self) -> Timestamp {
        self.applies_at
    }
}

impl Version for Numbered {
    fn published_at(&self) -> Timestamp {
        self.published_at
    }

    fn applies_at(&self) -> Timestamp {
        self.applies_at
    }
}

impl Numbered {
    /// A version after those that are known of the same policy.
    pub(super) fn after(known: &[Self], version: &PolicyVersion, times: Times, policy: Policy) -> Self {
        let (number, Times { published_at, applies_at }) = (version.number, times);
        let before = succession::replaced(known, &times);
        // Of one in between that does not compile any more nobody knows what it permitted, nor whether it applied.
        let is_known = before.is_some_and(|before| {
            let between = known.iter().filter(|one| one.number > before.number);
            between.zip(before.number + 1..).all(|(one, next)| one.number == next)
                && known.last().is_some_and(|last| last.number + 1 == number)
        });
        let mut asks_again = before.map(|before| (*before.asks_again).clone()).unwrap_or_default();
        let asked = match before {
            None => BTreeSet::new(),
            Some(before) if is_known => policy::diff::asks_again(&before.policy, &policy),
            Some(_) => policy::diff::everything(&policy),
        };
        asks_again.extend(asked.into_iter().map(|declaration| (declaration, number)));
        let before = before.filter(|_| is_known);
        let changes = before.map(|before| Arc::new(policy::diff(&before.policy, &policy)));
        Self {
            number,
            published_at,
            applies_at,
            because: version.because.as_deref().map(Arc::from),
            policy: Arc::new(policy),
            changes,
            asks_again: Arc::new(asks_again),
        }
    }

    /// What it changes, in sentences.
    pub fn sentences(&self) -> Vec<String> {
        let changes = self.changes.iter().flat_map(|changes| changes.changes());
        changes.map(|change| change.sentence.clone()).collect()
    }

    /// What the entry of the log says of it: it commits to every byte, so that nobody who reaches the database changes a
    /// policy that was published. The reason is as public as the policy itself.
    pub(crate) fn note(&self) -> String {
        let reason = self.because.as_ref().map(|because| format!(", urgent: {because}")).unwrap_or_default();
        format!("version {}, sha256:{}{reason}", self.number, sha256_hex(self.policy.source().as_bytes()))
    }

    /// What the first entry of the log says, which tells of the first version as well.
    pub(crate) fn first_note(source: &str) -> String {
        format!("the installation was made and policy version 1 published, sha256:{}", sha256_hex(source))
    }

    /// Whether a yes that was given under a version before does not cover what this one does.
    pub(super) fn asks_again_since(&self, number: u32, declaration: &str) -> bool {
        self.asks_again.get(declaration).is_some_and(|asked| *asked > number)
    }

    /// Whether this version, published after those `before`, permits more than people will have been told of for as long
    /// as the policy in force promised: what the version that applies on the same day permits was told when that was
    /// published. The first version is told to nobody.
    pub fn too_soon(&self, before: &[Self]) -> Option<TooSoon> {
        let ahead = succession::in_force(before, self.published_at)?.policy.notice_ahead()?;
        let told = succession::in_force(before, self.applies_at)?;
        let is_soon = calendar::after(self.published_at, ahead).is_none_or(|over| self.applies_at < over);
        (is_soon && policy::diff(&told.policy, &self.policy).is_material()).then(|| TooSoon {
            ahead,
            day: succession::first_day(self.published_at, ahead).unwrap_or(Date::MAX),
        })
    }
}
