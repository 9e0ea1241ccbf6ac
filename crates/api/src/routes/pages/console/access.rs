//! `/console/access`: who opened whose data, in counts, what of that is unusual, and the sign-off of whoever went through it.

use axum::{extract::State, response::Response};
use domain::{
    Detail, EntryId, Permission,
    access::{Opened, Reader, Unusual, unusual},
    calendar,
};
use gate::{AccessFound, SignedIn};
use jiff::{ToSpan, civil::Date};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet, Table, Value};

use super::{
    Staff, allow,
    doing::{form, may, reason},
    frame,
    incidents::days,
    posted::Posted,
    shown,
    stop::Stop,
    words::moment,
};
use crate::{ApiState, routes::requests::Said};

const PLACE: &str = "/console/access";

pub(super) async fn page(State(state): State<ApiState>, Staff(signed_in): Staff) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeAccess).await?;
    let until = calendar::day(state.now());
    let asked = Time { from: quarter(until).to_string(), until: until.to_string() };
    let lead = "Once a quarter somebody goes through who opened people’s data, asks whether each had reason to, and signs that off. \
                It is reckoned from the audit log when you ask, and that you asked is recorded.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Who opened whose data", lead)
        .with(Block::Forms(vec![ask_form(&signed_in, &asked)]))
        .section("What counts as unusual", Block::Sentences(rules()));
    shown(&sheet)
}

/// The first day of the quarter of a day.
fn quarter(day: Date) -> Date {
    let since = i32::from((day.month() - 1) % 3);
    day.first_of_month().saturating_sub(since.months())
}

fn rules() -> Vec<String> {
    let all = [Unusual::OftenRefused, Unusual::FarMorePeople, Unusual::AtNight];
    all.map(|rule| format!("Whoever {}.", rule.sentence())).into()
}

/// Some days.
#[derive(Deserialize)]
pub(super) struct Time {
    from: String,
    until: String,
}

fn ask_form(signed_in: &SignedIn, asked: &Time) -> Form {
    let mut form = form(signed_in, "ask", format!("{PLACE}/ask"));
    form.button = "Ask the log";
    form.fields = vec![
        Field::new("from", "From", FieldKind::Day).filled(&asked.from),
        Field::new("until", "Up to and with", FieldKind::Day).filled(&asked.until),
    ];
    form
}

pub(super) async fn ask(
    State(state): State<ApiState>,
    Posted { signed_in, form: asked }: Posted<Time>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeAccess).await?;
    let time = days(&asked.from, &asked.until)?;
    let found = state.gate().access_between(&signed_in.caller, time).await?;
    let lead = format!("From {} up to and with {}.", asked.from, asked.until);
    let sheet =
        Sheet::new(frame(&signed_in, PLACE), "Who opened whose data", lead).under(PLACE, "Access review");
    let odd = unusual(&found.readers);
    let sentences: Vec<String> =
        odd.iter().map(|(reader, what)| format!("{reader} {}.", what.sentence())).collect();
    let odd = match sentences.is_empty() {
        true => Block::Text("Nothing, by the rules of this page.".to_owned()),
        false => Block::Sentences(sentences),
    };
    let mut sheet = sheet
        .section("What is unusual", odd)
        .section("What was out of the ordinary", broken_glass(&found))
        .section("Everybody", readers(&found));
    if found.unopenable > 0 {
        let gone = format!(
            "{} entries of that time, of all accounts, say nothing any more, as their person was erased since.",
            found.unopenable
        );
        sheet = sheet.with(Block::Text(gone));
    }
    let mut sign = form(&signed_in, "sign", format!("{PLACE}/sign"));
    (sign.title, sign.button) = (Some("Sign it off"), "Sign it off");
    sign.explains =
        "Says that you went through this, and what you found. It stands in the audit log under your name."
            .to_owned();
    sign.fields.push(reason("What you looked at, and what you found"));
    sign.hidden.extend([("from".to_owned(), asked.from), ("until".to_owned(), asked.until)]);
    let forms = may(&signed_in, Permission::SignAccess).then_some(sign);
    shown(&sheet.doors("What you can do", forms.into_iter().collect()))
}

/// Each time that somebody broke the glass, with what they said.
fn broken_glass(found: &AccessFound) -> Block {
    if found.broken_glass.is_empty() {
        return Block::Text("Nobody was opened for what the policy does not name as ordinary.".to_owned());
    }
    let row = |(entry, detail): &(EntryId, Detail)| {
        let because = detail.case.as_ref().and_then(|statement| statement.because.clone());
        vec![
            Value::Id { href: format!("/console/log/entries/{entry}"), id: entry.to_string() },
            Value::Moment(moment(detail.at)),
            detail.staff.map_or(Value::Nothing, Value::code),
            detail.subject.map_or(Value::Nothing, Value::code),
            Value::Text(detail.purpose.clone().unwrap_or_default()),
            Value::Text(because.unwrap_or_default()),
        ]
    };
    Block::Table(Table {
        label: "What was out of the ordinary".to_owned(),
        columns: vec!["Entry", "When", "Who", "Whom", "For", "Why, as they said"],
        rows: found.broken_glass.iter().map(row).collect(),
        next: None,
    })
}

fn readers(found: &AccessFound) -> Block {
    if found.readers.is_empty() {
        return Block::Text("Nobody opened anything.".to_owned());
    }
    let row = |(reader, opened): (&Reader, &Opened)| {
        let who = match reader {
            Reader::Staff(staff) => {
                Value::Id { href: format!("/console/staff/{staff}"), id: staff.to_string() }
            }
            Reader::Key(key) => Value::Id { href: format!("/console/keys/{key}"), id: key.to_string() },
        };
        let purposes: Vec<String> =
            opened.purposes.iter().map(|(name, count)| format!("{count} × {name}")).collect();
        let counts = [opened.people.len() as u64, opened.times, opened.at_night, opened.refused];
        let mut row = vec![who];
        row.extend(counts.map(Value::text));
        row.push(Value::Text(purposes.join(", ")));
        row
    };
    let columns = vec!["Who", "People", "Times", "At night", "Refused", "For"];
    let rows = found.readers.iter().map(row).collect();
    Block::Table(Table { label: "Who opened whose data".to_owned(), columns, rows, next: None })
}

/// What somebody says who went through it.
#[derive(Deserialize)]
pub(super) struct Signed {
    because: String,
    #[serde(flatten)]
    time: Time,
}

pub(super) async fn sign(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Signed>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SignAccess).await?;
    let said = Said { by: None, because: form.because }.read()?;
    let time = days(&form.time.from, &form.time.until)?;
    let entry = state.gate().sign_access_review(&signed_in.caller, time, &said).await?;
    let lead = "It stands in the audit log. Search there for access.reviewed to see every review.";
    let facts = vec![("Recorded as".to_owned(), Value::code(entry))];
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Signed off", lead).under(PLACE, "Access review");
    shown(&sheet.with(Block::Facts(facts)))
}
