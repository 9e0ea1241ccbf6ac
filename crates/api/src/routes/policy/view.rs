//! What is shown of policy versions.

use domain::succession;
use gate::Numbered;
use jiff::Timestamp;
use policy::{Change, Diff};
use serde::Serialize;
use utoipa::ToSchema;

/// A policy version.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionView {
    /// Counted from 1.
    number: u32,
    /// The policy's own version.
    version: String,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
    /// From when it applies, unless a newer version does by then.
    #[schema(value_type = String, format = DateTime)]
    applies_at: Timestamp,
    /// Why it did not wait for the notice that was promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    /// The policy file; only in the answer of `GET /v1/policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// What it permits otherwise than the version in whose place it comes; in the history and of what is to come, and not
    /// of the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<ChangesView>,
}

/// What one version permits otherwise than the one in whose place it comes, in sentences.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangesView {
    /// Whether it permits something to someone new, for longer, or with less choice: then people are asked again.
    material: bool,
    /// What may happen now and could not before.
    newly_permitted: Vec<ChangeView>,
    /// What could happen before and may not now.
    no_longer_permitted: Vec<ChangeView>,
    /// What happens otherwise than before.
    other: Vec<ChangeView>,
}

/// One change, as a person is told of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeView {
    /// In plain words.
    sentence: String,
    /// Whether it asks again.
    material: bool,
    /// The declaration that brings it about, for example `purposes.marketing`.
    declaration: String,
}

impl ChangesView {
    fn of(changes: &Diff) -> Self {
        let all = |list: &[Change]| list.iter().cloned().map(ChangeView::of).collect();
        Self {
            material: changes.is_material(),
            newly_permitted: all(&changes.newly_permitted),
            no_longer_permitted: all(&changes.no_longer_permitted),
            other: all(&changes.other),
        }
    }
}

impl ChangeView {
    fn of(Change { sentence, material, declaration }: Change) -> Self {
        Self { sentence, material, declaration }
    }
}

impl VersionView {
    pub(super) fn of(numbered: &Numbered) -> Self {
        Self {
            number: numbered.number,
            version: numbered.policy.version().to_owned(),
            published_at: numbered.published_at,
            applies_at: numbered.applies_at,
            because: numbered.because.as_deref().map(str::to_owned),
            source: None,
            changes: None,
        }
    }

    fn with_source(numbered: &Numbered) -> Self {
        Self { source: Some(numbered.policy.source().to_string()), ..Self::of(numbered) }
    }

    pub(super) fn with_changes(numbered: &Numbered) -> Self {
        let changes = numbered.changes.as_deref().map(ChangesView::of);
        Self { changes, ..Self::of(numbered) }
    }
}

/// What is in force, and what is to come.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyView {
    #[serde(flatten)]
    in_force: VersionView,
    /// The versions that are published and do not apply yet, in the order of their days, each with what it changes.
    upcoming: Vec<VersionView>,
}

impl PolicyView {
    /// What applies at a moment, of all versions of a policy.
    pub(super) fn of(in_force: &Numbered, versions: &[Numbered], now: Timestamp) -> Self {
        let upcoming = succession::upcoming(versions, now).into_iter().map(VersionView::with_changes);
        Self { in_force: VersionView::with_source(in_force), upcoming: upcoming.collect() }
    }
}
