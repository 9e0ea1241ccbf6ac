//! Words to answer with, made of what the policy says: whoever writes to a person takes and changes them.

use domain::{Request, Right};
use gate::Effective;
use policy::{Document, Promise};

/// The drafts for a request, each with what it is for.
pub(super) fn drafts(request: &Request, effective: &Effective) -> Vec<(String, String)> {
    let document = effective.declaring().document();
    let mut drafts = vec![
        ("To ask who somebody is".to_owned(), who(request, document)),
        ("To take more time".to_owned(), more_time(document)),
    ];
    let limits = document.exceptions_to(request.right.as_str());
    drafts.extend(limits.map(|(name, exception)| {
        let clause = effective.declaring().clause(&format!("exceptions.{name}"), Promise::ErasureExceptions);
        let (label, ground) = (exception.label.get_ref(), exception.ground.get_ref());
        let text = format!(
            "We cannot do all that you ask. We keep what is about {label}, on this ground: {ground}. Section {} of our policy \
             says so. {}",
            clause.section,
            further(document)
        );
        (format!("To refuse because of {label}"), text)
    }));
    drafts.push((
        "To refuse what is unfounded".to_owned(),
        format!("We do not do what you ask, because (say why). {}", further(document)),
    ));
    drafts
}

fn who(request: &Request, document: &Document) -> String {
    let fields: Vec<String> = request.identifiers.iter().map(|one| one.field.replace('_', " ")).collect();
    let named =
        if fields.is_empty() { "what you named".to_owned() } else { format!("your {}", fields.join(", ")) };
    format!(
        "You asked {}. Before we do anything about it we have to know that it is you: please show us that {named} is yours. Until \
         then our time to answer stands still. {}",
        asked(request.right),
        signed(document)
    )
}

fn more_time(document: &Document) -> String {
    format!(
        "Your request takes us longer than we thought, because (say why). We answer as soon as we can. {}",
        further(document)
    )
}

const fn asked(right: Right) -> &'static str {
    match right {
        Right::Access => "to see what we hold about you",
        Right::Rectification => "us to correct what we hold about you",
        Right::Erasure => "us to delete what we hold about you",
        Right::Restriction => "us to limit how we use what we hold about you",
        Right::Portability => "to take along what we hold about you",
        Right::Objection => "us to stop a use of what we hold about you",
    }
}

/// What somebody can do who does not agree.
fn further(document: &Document) -> String {
    format!(
        "If you do not agree, write to us and somebody else looks at it; you can also complain to your data protection \
         authority, or go to court. {}",
        signed(document)
    )
}

fn signed(document: &Document) -> String {
    let custodian = document.custodian.as_ref().map(|custodian| custodian.get_ref().name.get_ref().as_str());
    let controller = document.controller.get_ref().name.get_ref();
    custodian.map_or_else(|| controller.clone(), |custodian| format!("{custodian}, {controller}"))
}
