//! What stands on the front page: the registry of promises, with what the latest assessment found of each.

use policy::Document;
use service::{
    assess::{Assessment, Finding},
    promises::{self, REGISTRY, Registered},
};
use web::{FrontPage, Status, Tile};

use crate::{ApiState, Problem};

/// The front page of this installation, now.
pub(super) fn page(state: &ApiState) -> Result<FrontPage, Problem> {
    let operator = state.gate().operator()?;
    let in_force = state.gate().policy(operator.id)?.operator.policy;
    let assessment = state.service.latest_assessment();
    Ok(FrontPage {
        operator: operator.name,
        policy_version: in_force.version().to_owned(),
        checked_at: assessment.as_ref().map(|found| found.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        demonstration: state.advance.is_some(),
        tiles: REGISTRY
            .iter()
            .map(|registered| tile(registered, in_force.document(), assessment.as_ref()))
            .collect(),
    })
}

fn tile(registered: &Registered, document: &Document, assessment: Option<&Assessment>) -> Tile {
    let findings = assessment.map(|found| found.findings.as_slice()).unwrap_or_default();
    let finding = findings.iter().find(|finding| finding.promise == registered.promise);
    Tile {
        id: registered.promise.id(),
        sentence: registered.promise.sentence(),
        section: section(document, registered),
        enforced_by: registered.enforced_by.map(str::to_owned),
        status: status(registered, finding),
        evidence: finding.map(|finding| finding.evidence.clone()),
        try_to_break: registered.try_to_break.map(str::to_owned),
    }
}

/// The first section that makes the promise.
fn section(document: &Document, registered: &Registered) -> Option<u16> {
    let makes = |section: &&policy::document::Section| {
        section.promises.iter().any(|made| made.get_ref() == registered.promise.id())
    };
    let section = document.sections.iter().map(|section| section.get_ref()).find(makes);
    section.map(|section| *section.number.get_ref())
}

/// What was found; where nobody looked, whether anything enforces the promise at all.
fn status(registered: &Registered, finding: Option<&Finding>) -> Status {
    match finding.map_or(Status::Unchecked, |finding| status_of(finding.status)) {
        Status::Unchecked if registered.enforced_by.is_none() => Status::NotYet,
        found => found,
    }
}

/// What was found, for a page.
pub(crate) const fn status_of(status: promises::Status) -> Status {
    match status {
        promises::Status::Kept => Status::Kept,
        promises::Status::Broken => Status::Broken,
        promises::Status::Attested => Status::Attested,
        promises::Status::Unchecked => Status::Unchecked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_assessment_a_tile_says_only_what_enforces_it() {
        for registered in REGISTRY {
            let expected = if registered.enforced_by.is_some() { Status::Unchecked } else { Status::NotYet };
            assert_eq!(status(registered, None), expected, "{}", registered.promise);
        }
    }

    #[test]
    fn every_promise_has_a_tile() {
        let ids: Vec<_> = REGISTRY.iter().map(|registered| registered.promise).collect();
        assert_eq!(ids, policy::Promise::ALL);
    }
}
