//! `third-parties`: nobody may receive what is not declared for them, or anything once their agreement lapsed.

use std::collections::BTreeSet;

use domain::Record;
use gate::Effective;
use policy::{
    Question,
    decide::{Choices, Facts},
    document::Recipient,
};

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut faults: Vec<String> = examination
        .records()
        .filter(|(record, _, effective)| !was_declared(examination, record, effective))
        .map(|(record, ..)| format!("{} was shared with somebody who may not receive it", record.id))
        .collect();
    let (mut asked, mut lapsed) = (0, BTreeSet::new());
    for (name, recipient) in &examination.document().recipients {
        let in_force = in_force(examination, recipient);
        if !in_force {
            lapsed.insert(name.get_ref().as_str());
        }
        let (count, leaks) = leaks(examination, name.get_ref(), recipient, in_force);
        asked += count;
        faults.extend(leaks);
    }
    let stand_in = examination.stand_in()?;
    let category = examination.document().categories.keys().next().map_or("", |name| name.get_ref());
    let (operator, subject) = (&examination.operator, stand_in.subject);
    let ruling =
        examination.gate.rule(operator, subject, category, &stand_in.purpose, Some("0_unknown")).await?;
    if ruling.decision.is_allowed() {
        faults.push("somebody whom the policy does not name may receive data".to_owned());
    }
    Ok(Verdict::unless(&faults, || {
        format!(
            "{asked} uses by {} recipients that are not declared for them were refused, and so was a recipient \
             whom the policy does not name; lapsed agreements: {}; the relay is not there yet, so nothing is sent",
            examination.document().recipients.len(),
            if lapsed.is_empty() {
                "none".to_owned()
            } else {
                lapsed.into_iter().collect::<Vec<_>>().join(", ")
            }
        )
    }))
}

/// Whether everyone a record was shared with may receive something of it.
fn was_declared(examination: &Examination<'_>, record: &Record, effective: &Effective) -> bool {
    let Some(declared) = effective.declaring().record_type(&record.record_type) else { return false };
    let holds = |category: &str| {
        let mut fields = declared.fields.values().filter_map(|field| field.category.as_ref());
        fields.any(|one| one.get_ref() == category)
    };
    record.metadata.shared_with.iter().all(|name| {
        let recipient = examination.document().recipients.get(name.as_str());
        recipient.is_some_and(|recipient| recipient.receives.iter().any(|one| holds(one.get_ref())))
    })
}

fn in_force(examination: &Examination<'_>, recipient: &Recipient) -> bool {
    let today = examination.today();
    recipient.agreement.as_ref().is_some_and(|agreement| {
        let agreement = agreement.get_ref();
        agreement.signed.get_ref().0 <= today
            && agreement.until.as_ref().is_none_or(|until| today < until.get_ref().0)
    })
}

/// Asks the policy in force for every category and purpose that a recipient may not have; says which it got.
fn leaks(
    examination: &Examination<'_>,
    name: &str,
    recipient: &Recipient,
    in_force: bool,
) -> (usize, Vec<String>) {
    let (document, choices) = (examination.document(), Choices::default());
    let facts = Facts::new(examination.today(), &choices);
    let (mut asked, mut leaked) = (0, Vec::new());
    for role in document.roles.keys() {
        for category in document.categories.keys().map(|name| name.get_ref()) {
            for purpose in document.purposes.keys().map(|name| name.get_ref()) {
                let declared = recipient.receives.iter().any(|one| one.get_ref() == category)
                    && recipient.purposes.iter().any(|one| one.get_ref() == purpose);
                if declared && in_force {
                    continue;
                }
                let role = role.get_ref();
                let question = Question { role, record_type: None, category, purpose, recipient: Some(name) };
                asked += 1;
                if policy::decide(examination.policy(), &question, &facts).is_allowed() {
                    leaked.push(format!("`{name}` may receive `{category}` for `{purpose}`"));
                }
            }
        }
    }
    (asked, leaked)
}
