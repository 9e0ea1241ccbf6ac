//! `/console`: each section of the policy in force, with its state and the newest evidence.

use axum::{extract::State, response::Response};
use domain::Permission;
use policy::document::Section;
use web::console::{PromiseLine, PromisesPage, SectionLine};

use super::{super::front, Staff, allow, frame, shown, stop::Stop, words::moment};
use crate::ApiState;

pub(super) async fn page(State(state): State<ApiState>, Staff(signed_in): Staff) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeePromises).await?;
    let found = front::page(&state)?;
    let assessment = state.service.latest_assessment();
    let in_force = state.gate().policy(signed_in.caller.account_id())?.operator.policy;
    let sections = in_force.document().sections.iter().map(|section| line(section.get_ref(), &found));
    shown(&PromisesPage {
        frame: frame(&signed_in, "/console"),
        checked_at: assessment.as_ref().map(|assessment| moment(assessment.at)),
        headline: assessment.map_or_else(|| "The promises".to_owned(), |assessment| assessment.headline()),
        sections: sections.filter(|section| !section.promises.is_empty()).collect(),
    })
}

fn line(section: &Section, found: &web::FrontPage) -> SectionLine {
    let tiles = section.promises.iter().filter_map(|made| {
        let tile = found.tiles.iter().find(|tile| tile.id == made.get_ref())?;
        Some(PromiseLine { sentence: tile.sentence, status: tile.status, evidence: tile.evidence.clone() })
    });
    SectionLine {
        number: *section.number.get_ref(),
        title: section.title.get_ref().clone(),
        promises: tiles.collect(),
    }
}
