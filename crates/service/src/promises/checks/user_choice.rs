//! `user-choice`: a no binds at the next decision, a yes undoes it, and what stands of everyone is what they said last, as
//! the log has it.

use domain::{About, SubjectState, choice::Method};
use gate::{GateError, NewChoice};
use policy::{decide::Reason, document::Choice};

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, verdict::counted};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let (mut faults, chosen) = untrue(examination).await?;
    let mut tried = 0;
    for purpose in chosen_about(examination)? {
        faults.extend(unheard(examination, &purpose).await?);
        tried += 1;
    }
    Ok(Verdict::unless(&faults, || {
        format!(
            "a made-up person said no and then yes to {}: each bound at the next decision; {} of others looked at, what \
             stands of each is what they said last, with its entry in the log",
            counted(tried, "purpose"),
            counted(chosen, "choice")
        )
    }))
}

/// The purposes about which people of the stand-in's role choose.
fn chosen_about(examination: &Examination<'_>) -> Result<Vec<String>, GateError> {
    let (document, role) = (examination.document(), &examination.stand_in()?.role);
    let purposes = document.purposes.iter().filter(|(_, purpose)| {
        let choice = purpose.choice.as_ref().map(|choice| *choice.get_ref());
        matches!(choice, Some(Choice::OptIn | Choice::OptOut))
            && purpose.roles.iter().any(|name| name.get_ref() == role)
    });
    Ok(purposes.map(|(name, _)| name.get_ref().clone()).collect())
}

/// Says no, asks, says yes, and asks again; says what was wrong.
async fn unheard(examination: &Examination<'_>, purpose: &str) -> Result<Option<String>, GateError> {
    let (gate, operator, stand_in) = (examination.gate, &examination.operator, examination.stand_in()?);
    for (is_yes, reason) in [(false, Some(Reason::ChoiceDenied)), (true, None)] {
        let new = NewChoice {
            about: About::Purpose(purpose.to_owned()),
            is_yes,
            method: Method::Api,
            text: Some("asked by an assessment".to_owned()),
            language: Some("en".to_owned()),
        };
        gate.choose(operator, stand_in.subject, &new).await?;
        // Whatever else refuses it: what counts is whether the choice does.
        let ruling = gate.rule(operator, stand_in.subject, "", purpose, None).await?;
        let chosen = ruling.refusals().iter().map(|refusal| refusal.reason);
        let found =
            chosen.into_iter().find(|found| matches!(found, Reason::ChoiceDenied | Reason::ChoiceNeeded));
        if found != reason {
            let said = if is_yes { "yes" } else { "no" };
            return Ok(Some(format!("a {said} to `{purpose}` did not bind at the next decision")));
        }
    }
    Ok(None)
}

/// People whose standing choices are not what they said last, and how many choices were looked at.
async fn untrue(examination: &Examination<'_>) -> Result<(Vec<String>, usize), GateError> {
    let (mut faults, mut looked_at) = (Vec::new(), 0);
    for (_, subject) in &examination.subjects {
        if subject.state != SubjectState::Active {
            continue;
        }
        looked_at += subject.choices.0.len();
        if !examination.gate.choices_are_true(subject).await? {
            faults.push(format!("what stands of {} is not what they said last", subject.id));
        }
    }
    Ok((faults, looked_at))
}
