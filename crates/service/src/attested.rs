//! What the policy lets a person attest, and how each of it stands.

use std::cmp::Ordering;

use domain::{Attestation, AttestationState};
use gate::{Caller, Gate, GateError};
use policy::document;

/// A measure that no machine can look at.
#[derive(Debug, Clone)]
pub struct Measure {
    /// Its name in the policy.
    pub name: String,
    /// What the policy says of it.
    pub declared: document::Attestation,
    /// What was attested of it last.
    pub latest: Option<Attestation>,
}

/// Every measure that the policy of the caller's account declares, in its order.
///
/// # Errors
/// There is no policy, or the data store fails.
pub async fn measures(gate: &Gate, caller: &Caller) -> Result<Vec<Measure>, GateError> {
    let effective = gate.policy(caller.account_id())?;
    let given = gate.attestations(caller).await?;
    let declared = effective.declaring().document().attestations.iter();
    Ok(declared
        .map(|(name, declared)| {
            let of_measure = given.iter().filter(|one| one.measure == *name.get_ref());
            let latest = of_measure.max_by(|one, other| newer(one, other)).cloned();
            Measure { name: name.get_ref().clone(), declared: declared.clone(), latest }
        })
        .collect())
}

/// Given later; of those of one moment, whichever was not replaced.
fn newer(one: &Attestation, other: &Attestation) -> Ordering {
    let rank = |given: &Attestation| {
        (given.given_at, !matches!(given.state, AttestationState::Replaced { .. }), *given.id.as_bytes())
    };
    rank(one).cmp(&rank(other))
}
