//! `consent`: nothing that needs a yes happens to somebody who has not said anything.

use domain::{About, ChoiceState, Subject};
use policy::{
    decide::Reason,
    document::{Basis, Choice, Purpose},
};

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, stand_in::is_logged_refusal};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut faults = held_without_yes(examination);
    let (gate, operator, stand_in) = (examination.gate, &examination.operator, examination.stand_in()?);
    let categories = &examination.document().categories;
    let category = categories.keys().next().map_or("", |name| name.get_ref().as_str());
    let mut asked = 0;
    for (purpose, _) in examination.document().purposes.iter().filter(|(_, purpose)| needs_a_yes(purpose)) {
        let ruling = gate.rule(operator, stand_in.subject, category, purpose.get_ref(), None).await?;
        let silent = ruling.refusals().iter().any(|refusal| refusal.reason == Reason::ChoiceNeeded);
        if !silent || !is_logged_refusal(gate, operator, ruling.entry, stand_in.subject).await? {
            faults.push(format!("`{}` did not wait for a yes", purpose.get_ref()));
        }
        asked += 1;
    }
    Ok(Verdict::unless(&faults, || {
        format!(
            "a made-up person who chose nothing was refused to all {asked} purposes that need a yes, each refusal \
             in the log; {} looked at, none held for such a purpose without its person's yes",
            examination.sampled()
        )
    }))
}

/// Records held for a purpose that needs a yes, of somebody who never said it. A yes that was taken back was one when the
/// record was stored.
fn held_without_yes(examination: &Examination<'_>) -> Vec<String> {
    let held = examination.records().filter(|(record, owner, effective)| {
        let purposes = &effective.declaring().document().purposes;
        let of_operator = &examination.document().purposes;
        record.metadata.collected_for.iter().any(|name| {
            let declared = purposes.get(name.as_str()).or_else(|| of_operator.get(name.as_str()));
            declared.is_some_and(needs_a_yes) && !owner.is_some_and(|owner| said_yes(owner, name))
        })
    });
    held.map(|(record, ..)| format!("{} is held for a purpose that nobody said yes to", record.id)).collect()
}

fn said_yes(owner: &Subject, purpose: &str) -> bool {
    let said = owner.choices.about(&About::Purpose(purpose.to_owned())).map(|said| said.state);
    matches!(said, Some(ChoiceState::Granted | ChoiceState::Withdrawn))
}

fn needs_a_yes(purpose: &Purpose) -> bool {
    let opt_in = purpose.choice.as_ref().is_some_and(|choice| *choice.get_ref() == Choice::OptIn);
    *purpose.basis.get_ref() == Basis::Consent || opt_in
}
