//! What a choice was about, in terms that anyone can read: the fields of ISO/IEC TS 27560:2023 in the vocabulary of the W3C
//! Data Privacy Vocabulary (<https://w3id.org/dpv/guides/consent-27560>), as JSON-LD. It is written once, when the choice
//! is made, from the policy that is in force then.

use domain::{About, Choice, ChoiceState, Subject, choice::Method};
use policy::{
    Document,
    document::{Contact, Purpose, RecordType},
};
use serde_json::{Value, json};

use super::NewChoice;
use crate::policies::Effective;

/// The statement about a choice.
pub(super) fn of(effective: &Effective, subject: &Subject, choice: &Choice, new: &NewChoice) -> Value {
    let document = effective.declaring().document();
    json!({
        "@context": {
            "dpv": "https://w3id.org/dpv#",
            "dpv-pd": "https://w3id.org/dpv/pd#",
            "dct": "http://purl.org/dc/terms/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": format!("urn:bailee:{}", choice.id),
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#record",
        "dct:identifier": choice.id,
        "dpv:hasDataSubject": { "@id": format!("urn:bailee:{}", subject.id), "dct:type": subject.role },
        "dpv:hasDataController": contact(document.controller.get_ref()),
        "dpv:hasProcess": process(document, subject, &choice.about),
        "dpv:hasNotice": {
            "@type": "dpv:PrivacyNotice",
            "dct:hasVersion": effective.declaring().version(),
            "dct:language": new.language,
            "dct:description": new.text,
        },
        "dpv:hasConsentStatus": { "@id": status(choice.said.state) },
        "dpv:hasIndicationMethod": method(new.method),
        "dpv:isIndicatedBy": { "@id": format!("urn:bailee:{}", subject.id) },
        "dpv:isIndicatedAtTime": { "@type": "xsd:dateTime", "@value": choice.at },
    })
}

fn status(state: ChoiceState) -> &'static str {
    match state {
        ChoiceState::Granted => "dpv:ConsentGiven",
        ChoiceState::Denied => "dpv:ConsentRefused",
        ChoiceState::Withdrawn => "dpv:ConsentWithdrawn",
    }
}

const fn method(method: Method) -> &'static str {
    match method {
        Method::Click => "by a click on a page",
        Method::Api => "in the account's own product",
        Method::SecGpc => "by the browser's signal (Sec-GPC)",
        Method::Custodian => "to the custodian, who entered it",
    }
}

fn contact(contact: &Contact) -> Value {
    let text = |name: &Option<policy::document::Name>| name.as_ref().map(|name| name.get_ref().clone());
    json!({
        "@type": "dpv:DataController",
        "dpv:hasName": contact.name.get_ref(),
        "dpv:hasContact": text(&contact.email),
        "dpv:hasAddress": text(&contact.address),
        "dpv:hasCountry": text(&contact.country),
    })
}

/// What the choice permits or not: for a recipient, whatever it may receive data for.
fn process(document: &Document, subject: &Subject, about: &About) -> Value {
    let purposes: Vec<&str> = match about {
        About::Purpose(name) => vec![name],
        About::Processing => of_role(document, &subject.role),
        About::Recipient(name) => document
            .recipients
            .get(name.as_str())
            .map(|recipient| recipient.purposes.iter().map(|name| name.get_ref().as_str()).collect())
            .unwrap_or_default(),
    };
    let described = |name: &&str| document.purposes.get(*name).map(|purpose| described(name, purpose));
    json!({
        "@type": "dpv:Process",
        "dpv:hasPurpose": purposes.iter().filter_map(described).collect::<Vec<_>>(),
        "dpv:hasPersonalData": data(document, subject, &purposes, about),
        "dpv:hasRecipient": recipients(document, &purposes, about),
        "dpv:hasStorageCondition": storage(document, subject, &purposes),
        "dpv:hasRight": document.rights.keys().map(|name| name.get_ref()).collect::<Vec<_>>(),
    })
}

/// Every purpose that uses data of people of a role.
fn of_role<'a>(document: &'a Document, role: &str) -> Vec<&'a str> {
    let uses = |purpose: &Purpose| purpose.roles.iter().any(|name| name.get_ref() == role);
    let used = document.purposes.iter().filter(|(_, purpose)| uses(purpose));
    used.map(|(name, _)| name.get_ref().as_str()).collect()
}

fn described(name: &str, purpose: &Purpose) -> Value {
    json!({
        "@type": purpose.dpv.get_ref(),
        "dct:identifier": name,
        "dct:title": purpose.label.get_ref(),
        "dpv:hasLegalBasis": { "@id": purpose.basis.get_ref().dpv() },
    })
}

/// The categories that record types of the subject's role hold for a purpose, and that the recipient may receive.
fn data(document: &Document, subject: &Subject, purposes: &[&str], about: &About) -> Vec<Value> {
    let receives = |category: &str| match about {
        About::Purpose(_) | About::Processing => true,
        About::Recipient(name) => document
            .recipients
            .get(name.as_str())
            .is_some_and(|recipient| recipient.receives.iter().any(|name| name.get_ref() == category)),
    };
    let mut names: Vec<&str> = held(document, subject, purposes)
        .flat_map(|record| record.fields.values())
        .filter_map(|field| Some(field.category.as_ref()?.get_ref().as_str()))
        .filter(|category| receives(category))
        .collect();
    names.sort_unstable();
    names.dedup();
    let known = names.into_iter().filter_map(|name| Some((name, document.categories.get(name)?)));
    known
        .map(|(name, category)| {
            json!({ "@type": category.dpv.get_ref(), "dct:identifier": name, "dct:title": category.label.get_ref() })
        })
        .collect()
}

fn recipients(document: &Document, purposes: &[&str], about: &About) -> Vec<Value> {
    let concerned = document.recipients.iter().filter(|(name, recipient)| match about {
        About::Recipient(chosen) => name.get_ref() == chosen,
        About::Purpose(_) | About::Processing => {
            recipient.purposes.iter().any(|name| purposes.contains(&name.get_ref().as_str()))
        }
    });
    concerned
        .map(|(name, recipient)| {
            json!({
                "@type": "dpv:Recipient",
                "dct:identifier": name.get_ref(),
                "dpv:hasName": recipient.label.get_ref(),
                "dpv:hasCountry": recipient.region.as_ref().map(|region| region.get_ref()),
            })
        })
        .collect()
}

/// How long, and where.
fn storage(document: &Document, subject: &Subject, purposes: &[&str]) -> Vec<Value> {
    let location = document.transfers.as_ref().map(|transfers| transfers.get_ref().deployment.get_ref());
    held(document, subject, purposes)
        .map(|record| {
            json!({
                "@type": "dpv:StorageCondition",
                "dct:title": record.label.get_ref(),
                "dpv:hasDuration": record.retention.as_ref().map(|name| duration(document, name.get_ref())),
                "dpv:hasLocation": location,
            })
        })
        .collect()
}

/// A retention clock: while what, and how long after that (ISO 8601).
fn duration(document: &Document, name: &str) -> Value {
    let clock = document.retention.get(name);
    json!({
        "dct:identifier": name,
        "dct:title": clock.map(|clock| clock.label.get_ref()),
        "@value": clock.and_then(|clock| Some(clock.then.as_ref()?.get_ref().to_string())),
    })
}

/// The record types of the subject's role that are used for one of the purposes.
fn held<'a>(
    document: &'a Document,
    subject: &'a Subject,
    purposes: &'a [&str],
) -> impl Iterator<Item = &'a RecordType> {
    document.records.values().filter(|record| {
        record.roles.iter().any(|role| *role.get_ref() == subject.role)
            && record.purposes.iter().any(|name| purposes.contains(&name.get_ref().as_str()))
    })
}
