//! What is stored about each kind of person.

use domain::Source;
use gate::NewRecord;
use serde_json::{Value, json};

use super::{
    Dice, Identity, Purposeful, network_address,
    words::{
        BRANDS, BROWSERS, COMPANIES, LETTERS, MESSAGES, NOTES, PAGES, PRODUCTS, SOURCES, STREETS, SYSTEMS,
    },
};

pub(super) fn of_visitor(who: &Identity, dice: &mut Dice) -> Vec<Purposeful> {
    let mut records = vec![visit(who, dice), access(dice)];
    if dice.once_in(2) {
        let fields = json!({ "full_name": who.name, "email": who.email });
        records.push(record("visitor_contact", "communication", Source::Subject, fields));
    }
    if dice.once_in(3) {
        records.push(message(who, dice));
    }
    records
}

pub(super) fn of_client(number: u32, who: &Identity, dice: &mut Dice) -> Vec<Purposeful> {
    let profile = json!({
        "full_name": who.name,
        "email": who.email,
        "phone": who.phone,
        "company": dice.pick(COMPANIES),
        "account_number": format!("C-{number:05}"),
        "billing_address": format!("{} {}", 1 + dice.below(180), dice.pick(STREETS)),
        "country": who.country,
    });
    let mut records =
        vec![record("client_profile", "service_requests", Source::Subject, profile), access(dice)];
    for _ in 0..dice.below(3) {
        records.push(order(dice));
    }
    if dice.once_in(2) {
        records.push(message(who, dice));
    }
    records
}

pub(super) fn of_end_user(who: &Identity, dice: &mut Dice) -> Vec<Purposeful> {
    let profile =
        json!({ "full_name": who.name, "email": who.email, "phone": who.phone, "country": who.country });
    let mut records = vec![record("end_user_profile", "service_for_client", Source::Account, profile)];
    if dice.once_in(2) {
        let (title, content) = dice.pick(NOTES);
        let fields = json!({ "title": title, "content": content });
        records.push(record("end_user_content", "service_for_client", Source::Account, fields));
    }
    records
}

pub(super) fn of_member(who: &Identity, dice: &mut Dice) -> Vec<Purposeful> {
    let fields = json!({ "full_name": who.name, "email": who.email });
    let mut records = vec![record("member", "service_for_client", Source::Account, fields)];
    if dice.once_in(2) {
        let fields = json!({ "letter": dice.pick(LETTERS) });
        records.push(record("fan_letter", "service_for_client", Source::Account, fields));
    }
    records
}

fn message(who: &Identity, dice: &mut Dice) -> Purposeful {
    let fields = json!({ "full_name": who.name, "email": who.email, "body": dice.pick(MESSAGES) });
    record("support_message", "support", Source::Subject, fields)
}

fn order(dice: &mut Dice) -> Purposeful {
    let fields = json!({
        "details": dice.pick(PRODUCTS),
        "amount_cents": 900 + 100 * dice.below(400),
        "payment_token": format!("tok_demo_{:08x}", dice.below(u32::MAX)),
        "card_last_four": format!("{:04}", dice.below(10_000)),
        "card_brand": dice.pick(BRANDS),
    });
    record("order", "orders", Source::Subject, fields)
}

fn visit(who: &Identity, dice: &mut Dice) -> Purposeful {
    let fields = json!({
        "visitor_identifier": format!("v-{:08x}", dice.below(u32::MAX)),
        "seconds": 5 + dice.below(900),
        "pages": format!("{} {}", dice.pick(PAGES), dice.pick(PAGES)),
        "source": dice.pick(SOURCES),
        "browser": dice.pick(BROWSERS),
        "operating_system": dice.pick(SYSTEMS),
        "country": who.country,
    });
    record("visit", "statistics", Source::Observed, fields)
}

fn access(dice: &mut Dice) -> Purposeful {
    let fields = json!({
        "ip_address": network_address(dice),
        "page": dice.pick(PAGES),
        "browser": dice.pick(BROWSERS),
    });
    record("access_log", "service_diagnosis", Source::Observed, fields)
}

/// A record of a type for a purpose. `fields` is an object.
pub(in super::super) fn record(
    record_type: &str,
    purpose: &'static str,
    source: Source,
    fields: Value,
) -> Purposeful {
    let fields = match fields {
        Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    };
    let record = NewRecord { record_type: record_type.to_owned(), fields, collected_for: Vec::new(), source };
    Purposeful { purpose, record }
}
