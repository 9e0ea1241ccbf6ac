//! What leaves, and what is left in a browser.

use super::{Row, Table, labels, rows, spoken, term, written};
use crate::{
    document::{Agreement, Choice, Cookie, Document, Party, RecipientKind},
    words::{self, label},
};

pub(super) fn recipients(document: &Document) -> Table {
    Table {
        kind: "recipients",
        title: "Who else receives data",
        columns: &[
            "Recipient",
            "What it is",
            "Receives",
            "For",
            "Where",
            "Your choice",
            "Agreement",
            "Requirements",
        ],
        rows: rows(&document.recipients, |_, recipient| {
            vec![
                kind(*recipient.kind.get_ref()).to_owned(),
                labels(&document.categories, &recipient.receives),
                labels(&document.purposes, &recipient.purposes),
                written(recipient.region.as_ref()),
                words::choice(recipient.choice.as_ref().map(|choice| *choice.get_ref())).to_owned(),
                recipient.agreement.as_ref().map_or_else(String::new, |one| agreement(one.get_ref())),
                recipient.requirements.clone().unwrap_or_default(),
            ]
        }),
    }
}

const fn kind(kind: RecipientKind) -> &'static str {
    match kind {
        RecipientKind::Processor => "works for us only",
        RecipientKind::PaymentProcessor => "takes payments",
        RecipientKind::Analytics => "counts visits",
        RecipientKind::Controller => "decides for itself what it does with the data",
        RecipientKind::Authority => "a public authority",
    }
}

fn agreement(agreement: &Agreement) -> String {
    let (document, signed) = (agreement.document.get_ref(), agreement.signed.get_ref());
    match &agreement.until {
        Some(until) => format!("{document}, from {signed} until {}", until.get_ref()),
        None => format!("{document}, from {signed}"),
    }
}

pub(super) fn cookies(document: &Document) -> Table {
    Table {
        kind: "cookies",
        title: "Cookies",
        columns: &["Cookie", "Name", "For", "Lives", "Set by", "Your choice"],
        rows: rows(&document.cookies, |name, cookie| {
            vec![
                name.to_owned(),
                label(&document.purposes, cookie.purpose.get_ref()).to_owned(),
                cookie
                    .life
                    .as_ref()
                    .map_or_else(|| "until the browser closes".to_owned(), |life| term(Some(life))),
                set_by(document, cookie),
                cookie_choice(cookie.choice.as_ref().map(|choice| *choice.get_ref())).to_owned(),
            ]
        }),
    }
}

pub(super) fn sites(document: &Document) -> Table {
    Table {
        kind: "sites",
        title: "Sites whose visits are counted",
        columns: &["Site", "Hosts", "For", "Recognises you by"],
        rows: rows(&document.sites, |_, site| {
            let hosts: Vec<&str> = site.hosts.iter().map(|host| host.get_ref().as_str()).collect();
            let cookie = site.cookie.as_ref().map(|cookie| label(&document.cookies, cookie.get_ref()));
            vec![
                words::list(&hosts),
                label(&document.purposes, site.purpose.get_ref()).to_owned(),
                cookie.unwrap_or("nothing").to_owned(),
            ]
        }),
    }
}

fn set_by(document: &Document, cookie: &Cookie) -> String {
    match (cookie.party.get_ref(), &cookie.recipient) {
        (Party::First, _) => "us".to_owned(),
        (Party::Third, Some(recipient)) => label(&document.recipients, recipient.get_ref()).to_owned(),
        (Party::Third, None) => "a third party".to_owned(),
    }
}

const fn cookie_choice(choice: Option<Choice>) -> &'static str {
    match choice {
        None => "needed; your browser can refuse it",
        Some(choice) => words::choice(Some(choice)),
    }
}

pub(super) fn beacons(document: &Document) -> Table {
    Table {
        kind: "beacons",
        title: "Beacons",
        columns: &["Beacon", "For", "Cookie", "Stands in"],
        rows: rows(&document.beacons, |_, beacon| {
            let cookie = beacon.cookie.as_ref().map(|name| label(&document.cookies, name.get_ref()));
            vec![
                label(&document.purposes, beacon.purpose.get_ref()).to_owned(),
                cookie.unwrap_or_default().to_owned(),
                spoken(&beacon.places),
            ]
        }),
    }
}

pub(super) fn disclosures(document: &Document) -> Table {
    Table {
        kind: "disclosures",
        title: "When data is disclosed on demand",
        columns: &["When", "To", "Data", "Approved by", "Are you told"],
        rows: rows(&document.disclosures, |_, ground| {
            vec![
                spoken(&ground.to),
                labels(&document.categories, &ground.categories),
                format!("{} people", ground.approvals.get_ref()),
                if ground.notify { "yes, unless an order says not yet" } else { "no" }.to_owned(),
            ]
        }),
    }
}

pub(super) fn transfers(document: &Document) -> Table {
    let allowed = document.transfers.iter().flat_map(|transfers| &transfers.get_ref().allowed);
    let country = |name: &str| if name == "*" { "any country".to_owned() } else { name.to_owned() };
    let row = |(at, transfer): (usize, &toml::Spanned<crate::document::Transfer>)| {
        let transfer = transfer.get_ref();
        let (from, to) = (country(transfer.from.get_ref()), country(transfer.to.get_ref()));
        Row {
            name: (at + 1).to_string(),
            cells: vec![words::sentence(&from), to, transfer.safeguard.get_ref().clone()],
        }
    };
    Table {
        kind: "transfers",
        title: "Which borders data may cross",
        columns: &["From", "To", "What protects it there"],
        rows: allowed.enumerate().map(row).collect(),
    }
}
