//! `children`: whoever is known to be too young is turned away at the door, none is behind it, and one who is discovered
//! there is erased with a record that names no one.

use domain::{
    Action, Certificate, Subject, SubjectState, Told,
    age::Known,
    screen::{Flag, is_free_text, sample_of_age},
};
use gate::{Fields, GateError, NewSubject};
use policy::decide::Reason;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, stand_in::StandIn, verdict::counted};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let Some(minimum) = examination.effective.minimum_age() else {
        return Ok(Verdict::unchecked("the policy in force sets no minimum age"));
    };
    let mut faults = held(examination);
    for told in [Told::Child, Told::Born(examination.today()), Told::Band { from: 0, to: Some(minimum - 1) }]
    {
        faults.extend(taken_in(examination, told).await?);
    }
    let (screened, unseen) = unscreened(examination, minimum);
    faults.extend(unseen);
    faults.extend(discovered(examination).await?);
    Ok(Verdict::unless(&faults, || {
        let looked_at = counted(examination.subjects.len(), "subject");
        format!(
            "made-up people under {minimum} were refused, by band and by date of birth; one who was held was discovered and \
             erased, and the log names no one; {} for free text seen to notice an age; {looked_at} looked at, none known \
             to be a child",
            counted(screened, "field")
        )
    }))
}

/// Known children who are held.
fn held(examination: &Examination<'_>) -> Vec<String> {
    let is_held = |subject: &Subject| subject.state == SubjectState::Active && subject.age == Known::Child;
    let held = examination.subjects.iter().filter(|(_, subject)| is_held(subject));
    held.map(|(_, subject)| format!("{} is known to be a child and is held", subject.id)).collect()
}

/// Knocks at the door; says who was let in.
async fn taken_in(examination: &Examination<'_>, told: Told) -> Result<Option<String>, GateError> {
    let new = NewSubject { role: examination.stand_in()?.role.clone(), region: None, age: told };
    match examination.gate.create_subject(&examination.operator, &new, None).await {
        Err(GateError::Refused { refusals, .. }) if refusals[0].reason == Reason::BelowMinimumAge => Ok(None),
        Err(error) => Err(error),
        Ok((subject, ..)) => Ok(Some(format!("{} was taken in as a known child", subject.id))),
    }
}

/// How many fields take free text, and those in which nobody would notice that a child writes.
fn unscreened(examination: &Examination<'_>, minimum: u8) -> (usize, Vec<String>) {
    let (rules, policy) = (examination.effective.screening(), examination.policy());
    let (mut asked, mut faults) = (0, Vec::new());
    for (record_type, declared) in &examination.document().records {
        for (name, _) in declared.fields.iter().filter(|(_, field)| is_free_text(policy, field)) {
            asked += 1;
            let fields = Fields::from_iter([(name.get_ref().clone(), sample_of_age(minimum - 1).into())]);
            let found = rules.findings(policy, declared, &fields);
            if !found.iter().any(|one| one.flag == Flag::StatedAge && one.field == *name.get_ref()) {
                let (record_type, name) = (record_type.get_ref(), name.get_ref());
                faults.push(format!("{record_type}.{name} does not notice that a child writes"));
            }
        }
    }
    (asked, faults)
}

/// Lets somebody in of whom it turns out that they are a child; says what is wrong with what is left of them.
async fn discovered(examination: &Examination<'_>) -> Result<Vec<String>, GateError> {
    let (gate, operator) = (examination.gate, &examination.operator);
    let child = StandIn::enter(gate, operator, examination.policy()).await?;
    let erasure = gate.discover_child(operator, child.subject).await?;
    let mut faults = Vec::new();
    match gate.read_record(operator, child.record, &child.purpose, None).await {
        Err(GateError::Gone(_) | GateError::NotFound(_)) => {}
        Err(error) => return Err(error),
        Ok(_) => faults.push("a record of a discovered child was opened".to_owned()),
    }
    match erasure.state.into_certificate() {
        Some(certificate) => faults.extend(named(examination, &certificate).await?),
        None => faults.push("the keys of a discovered child live on".to_owned()),
    }
    Ok(faults)
}

/// What a certificate, or its entry, says of whom it should not name.
async fn named(
    examination: &Examination<'_>,
    certificate: &Certificate,
) -> Result<Option<String>, GateError> {
    if !certificate.kept.is_empty() {
        return Ok(Some("something of a discovered child was kept".to_owned()));
    }
    let entry = certificate.entry.ok_or(GateError::Damaged("a certificate without its entry"))?;
    let detail = examination.gate.open_entry(&examination.operator, entry, None).await?;
    let names_no_one =
        detail.is_some_and(|detail| detail.action == Action::ErasureCertified && detail.subject.is_none());
    if names_no_one && certificate.subject.is_none() {
        return Ok(None);
    }
    Ok(Some("the record of a discovered child names someone".to_owned()))
}
