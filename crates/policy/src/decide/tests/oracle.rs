//! What a policy grants, told the other way round: a use is granted when every condition is met. Written from
//! the description of the language and over the sketch, so that it shares nothing with the rules.

use jiff::civil::date;

use super::{
    super::{Age, ChoiceState},
    generate::{Asked, Known, Sketch},
};

pub(super) fn grants(policy: &Sketch, asked: &Asked, known: &Known) -> bool {
    names_are_declared(policy, asked)
        && is_held(policy, asked)
        && purpose_applies(policy, asked, known)
        && !policy.refuses.iter().any(|(role, category, purpose, recipient)| {
            role.is_none_or(|role| role == asked.role)
                && category.is_none_or(|category| category == asked.category)
                && purpose.is_none_or(|purpose| purpose == asked.purpose)
                && recipient.is_none_or(|recipient| asked.recipient.as_deref() == Some(recipient))
        })
        && asked.recipient.as_ref().is_none_or(|name| may_receive(policy, name, asked, known))
        && !known.objections.contains(&asked.purpose)
        && asked.recipient.as_ref().is_none_or(|name| !known.objections.contains(name))
        && person_is_covered(policy, known)
}

fn names_are_declared(policy: &Sketch, asked: &Asked) -> bool {
    policy.roles.contains(&asked.role.as_str())
        && policy.categories.get(asked.category.as_str()) == Some(&false)
}

fn is_held(policy: &Sketch, asked: &Asked) -> bool {
    policy
        .records
        .iter()
        .filter(|(name, _)| asked.record.is_none() || asked.record.as_deref() == Some(**name))
        .filter(|(_, record)| record.roles.contains(&asked.role.as_str()))
        .filter(|(_, record)| record.purposes.contains(&asked.purpose.as_str()))
        .any(|(_, record)| record.categories.contains(&asked.category.as_str()))
}

fn purpose_applies(policy: &Sketch, asked: &Asked, known: &Known) -> bool {
    let Some(purpose) = policy.purposes.get(asked.purpose.as_str()) else { return false };
    let choice = if purpose.basis == "consent" { Some("opt_in") } else { purpose.choice };
    let collected = known.collected_for.as_ref().is_none_or(|collected| {
        let mut fitting = vec![asked.purpose.as_str()];
        fitting.extend(&purpose.compatible_with);
        fitting.iter().any(|one| collected.iter().any(|other| other == one))
    });
    purpose.roles.contains(&asked.role.as_str())
        && chosen(choice, known, &format!("purposes.{}", asked.purpose))
        && (purpose.basis == "legal_obligation" || (collected && !known.restricted))
}

fn chosen(choice: Option<&str>, known: &Known, declaration: &str) -> bool {
    let said = known.choices.0.get(declaration);
    match choice {
        Some("opt_in") => said == Some(&ChoiceState::Granted),
        Some(_) => said.is_none() || said == Some(&ChoiceState::Granted),
        None => true,
    }
}

fn may_receive(policy: &Sketch, name: &str, asked: &Asked, known: &Known) -> bool {
    let Some(recipient) = policy.recipients.get(name) else { return false };
    let in_force = recipient.agreement.is_some_and(|(from, until)| {
        known.today >= date(from, 1, 1) && until.is_none_or(|until| known.today < date(until, 1, 1))
    });
    recipient.receives.contains(&asked.category.as_str())
        && recipient.purposes.contains(&asked.purpose.as_str())
        && in_force
        && chosen(recipient.choice, known, &format!("recipients.{name}"))
        && policy.transfers.as_ref().is_none_or(|(deployment, allowed)| {
            recipient.region == Some(deployment) || passes(allowed, deployment, recipient.region)
        })
}

fn person_is_covered(policy: &Sketch, known: &Known) -> bool {
    let age = match (policy.age, known.age) {
        (None, _) | (_, Age::OfAge) | (Some(false), Age::Unknown) => true,
        (Some(_), Age::Child) | (Some(true), Age::Unknown) => false,
    };
    let border = match (&policy.transfers, known.region.as_deref()) {
        (Some((deployment, allowed)), Some(home)) => {
            home == *deployment || passes(allowed, home, Some(deployment))
        }
        _ => true,
    };
    age && border
}

fn passes(allowed: &[(&str, &str)], from: &str, to: Option<&str>) -> bool {
    allowed.iter().any(|(one, other)| (*one == "*" || *one == from) && (*other == "*" || Some(*other) == to))
}
