//! `/console/retention` and `/console/recipients`: what goes when, in counts, and who receives what, as the policy says.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use domain::Permission;
use gate::{Going, Grain};
use jiff::SignedDuration;
use policy::document::{Document, Recipient};
use serde::Deserialize;
use web::console::{Block, Sheet, Table, Value};

use super::{Staff, allow, frame, shown, stop::Stop, words::moment};
use crate::{ApiState, Problem, extract::Strict};

const PLACE: &str = "/console/retention";
const RECIPIENTS: &str = "/console/recipients";
/// How far the days and the months look ahead.
const DAYS: SignedDuration = SignedDuration::from_hours(35 * 24);
const MONTHS: SignedDuration = SignedDuration::from_hours(2 * 366 * 24);

/// Days or months.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Calendar {
    #[serde(default)]
    by: By,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    #[default]
    Month,
    Day,
}

pub(super) async fn plan(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<Calendar>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeRetention).await?;
    let Strict(Calendar { by }) = query?;
    let (grain, ahead, other) = match by {
        By::Day => (Grain::Day, DAYS, ("By month", PLACE.to_owned())),
        By::Month => (Grain::Month, MONTHS, ("By day", format!("{PLACE}?by=day"))),
    };
    let account = Some(signed_in.caller.account_id());
    let plan = state.gate().retention_plan(account, state.now() + ahead).await?.by(grain);
    let lead = "What goes when, as things stand now: counts of records, and nobody’s name. What a hold or an open request keeps is \
                told apart.";
    let (label, href) = other;
    let also = Block::Way { href, label: label.to_owned() };
    let sheet = Sheet::new(frame(&signed_in, PLACE), "What goes when", lead)
        .with(also)
        .section("Goes", going(plan.going, by));
    let sheet = match plan.overdue.is_empty() {
        true => sheet,
        false => sheet.section("Over, and not deleted yet", going(plan.overdue, by)),
    };
    let kept = plan.kept.iter().map(|one| {
        let ends = Value::Moment(moment(one.until));
        let why = one.exception.clone().unwrap_or_else(|| "an open request".to_owned());
        vec![
            Value::code(&one.by),
            Value::Text(why),
            Value::text(&one.record_type),
            Value::text(one.records),
            ends,
        ]
    });
    let columns = vec!["Kept by", "Why", "Record type", "Records", "Looked at again"];
    let waiting = plan.waiting.iter().map(|one| {
        let clock = one.clock.as_deref().map_or(Value::Nothing, Value::text);
        vec![Value::text(&one.record_type), clock, Value::text(one.records)]
    });
    let sheet = sheet
        .section(
            "Would go, and is kept",
            table("Kept", columns, kept.collect(), "Nothing is kept beyond its time."),
        )
        .section(
            "Has no end yet",
            table(
                "Waiting",
                vec!["Record type", "Clock", "Records"],
                waiting.collect(),
                "Everything has an end.",
            ),
        );
    shown(&sheet)
}

pub(super) fn table(label: &str, columns: Vec<&'static str>, rows: Vec<Vec<Value>>, nothing: &str) -> Block {
    if rows.is_empty() {
        return Block::Text(nothing.to_owned());
    }
    Block::Table(Table { label: label.to_owned(), columns, rows, next: None })
}

/// A row for each day or month, with the record types that go in it.
fn going(list: Vec<Going>, by: By) -> Block {
    let mut days: BTreeMap<jiff::civil::Date, Vec<(String, u64)>> = BTreeMap::new();
    for one in list {
        days.entry(one.day).or_default().push((one.record_type, one.records));
    }
    let row = |(day, types): (jiff::civil::Date, Vec<(String, u64)>)| {
        let when = day.strftime(if by == By::Day { "%-d %B %Y" } else { "%B %Y" }).to_string();
        let what: Vec<String> = types.iter().map(|(name, count)| format!("{count} × {name}")).collect();
        let all: u64 = types.iter().map(|(_, count)| count).sum();
        vec![Value::Text(when), Value::text(all), Value::Text(what.join(", "))]
    };
    let columns = vec!["When", "Records", "What"];
    table("What goes when", columns, days.into_iter().map(row).collect(), "Nothing goes in this time.")
}

pub(super) async fn recipients(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeRecipients).await?;
    let effective = state.gate().policy(signed_in.caller.account_id())?;
    let document = effective.declaring().document();
    let rows =
        document.recipients.iter().map(|(name, one)| recipient(document, name.get_ref(), one)).collect();
    let columns = vec!["Recipient", "Receives", "For", "Where", "Agreement", "Opting out"];
    let grounds = document.disclosures.values().map(|ground| {
        let all = |names: &policy::document::Names| {
            names.iter().map(|name| name.get_ref().clone()).collect::<Vec<_>>().join(", ")
        };
        let told = if ground.notify { "told" } else { "not told" };
        vec![
            Value::text(ground.label.get_ref()),
            Value::Text(all(&ground.to)),
            Value::Text(all(&ground.categories)),
            Value::text(ground.approvals.get_ref()),
            Value::text(told),
        ]
    });
    let lead = "Who receives personal data, as the policy in force says. Whoever does not stand here receives nothing, and where an \
                agreement has ended nothing is passed on.";
    let sheet = Sheet::new(frame(&signed_in, RECIPIENTS), "Recipients and disclosures", lead)
        .section("Recipients", table("Recipients", columns, rows, "The policy names nobody."))
        .section(
            "Grounds for disclosing something to an authority",
            table(
                "Grounds",
                vec!["Ground", "To", "What", "People who approve", "The person is"],
                grounds.collect(),
                "The policy names none.",
            ),
        );
    shown(&sheet)
}

fn recipient(document: &Document, name: &str, one: &Recipient) -> Vec<Value> {
    let called = |name: &policy::document::Name| {
        let category = document.categories.get(name.get_ref().as_str());
        category.map_or_else(|| name.get_ref().clone(), |category| category.label.get_ref().clone())
    };
    let purpose = |name: &policy::document::Name| {
        let purpose = document.purposes.get(name.get_ref().as_str());
        purpose.map_or_else(|| name.get_ref().clone(), |purpose| purpose.label.get_ref().clone())
    };
    let listed = |words: Vec<String>| Value::Text(words.join(", "));
    let agreement = one.agreement.as_ref().map(|agreement| agreement.get_ref());
    let agreement = agreement.map_or(Value::text("none"), |agreement| {
        let until = agreement.until.as_ref().map(|day| format!(", until {}", day.get_ref().0));
        Value::Text(format!("{}{}", agreement.document.get_ref(), until.unwrap_or_default()))
    });
    let choice = if one.choice.is_some() { "people can choose" } else { "no choice" };
    vec![
        Value::Text(format!("{} ({name})", one.label.get_ref())),
        listed(one.receives.iter().map(called).collect()),
        listed(one.purposes.iter().map(purpose).collect()),
        one.region.as_ref().map_or(Value::Nothing, |region| Value::text(region.get_ref())),
        agreement,
        Value::text(choice),
    ]
}
