//! `children`: a person known to be too young is turned away at the door, and none is behind it.

use domain::subject::Age;
use gate::{GateError, NewSubject};
use policy::decide::Reason;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, verdict::counted};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let Some(rule) = &examination.document().age else {
        return Ok(Verdict::unchecked("the policy in force sets no minimum age"));
    };
    let known = examination.subjects.iter().filter(|(_, subject)| subject.age == Age::Child);
    let mut faults: Vec<String> =
        known.map(|(_, subject)| format!("{} is known to be a child and is held", subject.id)).collect();
    let new = NewSubject { role: examination.stand_in()?.role.clone(), region: None, age: Age::Child };
    match examination.gate.create_subject(&examination.operator, &new, None).await {
        Err(GateError::Refused { refusals, .. }) if refusals[0].reason == Reason::BelowMinimumAge => {}
        Err(error) => return Err(error),
        Ok((subject, ..)) => faults.push(format!("{} was taken in as a known child", subject.id)),
    }
    Ok(Verdict::unless(&faults, || {
        let (minimum, subjects) = (rule.get_ref().minimum.get_ref(), examination.subjects.len());
        let looked_at = counted(subjects, "subject");
        format!(
            "a made-up person under {minimum} was refused; {looked_at} looked at, none known to be a child"
        )
    }))
}
