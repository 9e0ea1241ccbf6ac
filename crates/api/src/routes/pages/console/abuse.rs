//! `/console/abuse`: what stands out in the access log, without an address, and what came from one, opened for the purpose of the log.

use axum::{extract::State, response::Response};
use data_encoding::HEXLOWER;
use domain::Permission;
use gate::{AddressFound, OpenedAccess, SignedIn, StandsOut, Wanted, read_address};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Sheet, Table, Value};

use super::{
    Staff, abuse_case, allow,
    doing::{form, token},
    frame,
    posted::Posted,
    shown,
    stop::Stop,
    words::moment,
};
use crate::{ApiState, Problem};

pub(super) const PLACE: &str = "/console/abuse";
/// The most lines that are shown on one page.
const SHOWN: usize = 200;
/// The most of what stands out that is shown.
const STANDING_OUT: usize = 50;

/// The purpose for which addresses are looked up, by name and in words.
pub(super) fn purpose(state: &ApiState) -> Result<Option<(String, String)>, Problem> {
    let effective = state.gate().policy(state.gate().operator()?.id)?;
    let document = effective.operator.policy.document();
    Ok(document.access_log.as_ref().map(|log| {
        let name = log.get_ref().purpose.get_ref();
        let label = document.purposes.get(name.as_str()).map(|declared| declared.label.get_ref());
        (name.clone(), label.unwrap_or(name).clone())
    }))
}

pub(super) async fn page(State(state): State<ApiState>, Staff(signed_in): Staff) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::LookUpAddress).await?;
    let lead = "Who asked for what, from where, is kept apart from visits and under a clock of its own. What stands out is shown without \
                an address; to look one up is recorded.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Addresses and abuse", lead);
    let Some((_, label)) = purpose(&state)? else {
        let teaches =
            "The policy declares no [access_log], so no address is kept, and nothing can stand out.";
        return shown(
            &sheet.with(Block::Empty { title: "No access log".to_owned(), teaches: teaches.to_owned() }),
        );
    };
    let mut look = form(&signed_in, "lookup", format!("{PLACE}/lookup"));
    look.button = "Look it up";
    look.explains = format!(
        "Shows what came from the address, for one purpose only: {label}. That you looked is recorded."
    );
    look.fields = vec![Field::new("address", "The address", FieldKind::Line)];
    let found = state.gate().what_stands_out(&signed_in.caller).await?;
    let sheet = sheet.section("Look up an address", Block::Forms(vec![look]));
    if found.is_empty() {
        let teaches = "An address stands out when more comes from it than the policy says is usual: sign-ins that fail, payments that \
                       fail, or requests.";
        let nothing = Block::Empty { title: "Nothing stands out".to_owned(), teaches: teaches.to_owned() };
        return shown(&sheet.section("What stands out", nothing));
    }
    shown(&sheet.section("What stands out", standing_out(&signed_in, &found)))
}

/// A signal, as it is called here.
fn called(signal: &str) -> String {
    match signal {
        "failed_sign_ins" => "Sign-ins that fail".to_owned(),
        "failed_payments" => "Payments that fail".to_owned(),
        "requests" => "Very many requests".to_owned(),
        other => other.replace('_', " "),
    }
}

fn standing_out(signed_in: &SignedIn, found: &[StandsOut]) -> Block {
    let row = |one: &StandsOut| {
        let what = called(&one.signal);
        let about = format!("{}, last at {}", what.to_lowercase(), moment(one.at).words);
        let mut hidden = token(signed_in);
        hidden.push(("day".to_owned(), one.day.to_string()));
        hidden.push(("tag".to_owned(), HEXLOWER.encode(&one.tag)));
        vec![
            Value::Text(what),
            Value::text(one.times),
            Value::Moment(moment(one.at)),
            Value::Button { action: format!("{PLACE}/open"), label: "Open", about, hidden },
        ]
    };
    let rows = found.iter().take(STANDING_OUT).map(row).collect();
    let columns = vec!["What", "Times", "Last", "Whose"];
    Block::Table(Table { label: "What stands out".to_owned(), columns, rows, next: None })
}

/// An address that somebody typed.
#[derive(Deserialize)]
pub(super) struct Typed {
    address: String,
}

pub(super) async fn lookup(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Typed>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::LookUpAddress).await?;
    state.limiters.lookup(signed_in.caller.account_id())?;
    let wanted = Wanted::Address(read_address(&form.address)?);
    opened(&state, &signed_in, &wanted).await
}

/// Which of those that stand out.
#[derive(Deserialize)]
pub(super) struct Picked {
    day: String,
    tag: String,
}

pub(super) async fn open(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Picked>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::LookUpAddress).await?;
    let tag = HEXLOWER.decode(form.tag.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    let (Ok(day), Some(tag)) = (form.day.parse(), tag) else {
        return Err(Problem::malformed("This form is not one of this page’s.").into());
    };
    opened(&state, &signed_in, &Wanted::StandsOut { day, tag }).await
}

async fn opened(state: &ApiState, signed_in: &SignedIn, wanted: &Wanted) -> Result<Response, Stop> {
    let Some((name, label)) = purpose(state)? else { return Err(Problem::not_found("access log").into()) };
    let found = state.gate().look_up_address(&signed_in.caller, wanted, &name).await?;
    let mut sheet = Sheet::new(frame(signed_in, PLACE), "What came from an address", "");
    sheet = sheet.under(PLACE, "Addresses and abuse");
    sheet.notice = Some(format!("Opened for the purpose “{label}”. That you looked is in the audit log."));
    if found.lines.is_empty() {
        let teaches = "Nothing came from it, or the time of what came is over.";
        return shown(&sheet.with(Block::Empty { title: "Nothing".to_owned(), teaches: teaches.to_owned() }));
    }
    let sheet =
        sheet.with(Block::Facts(facts(&found))).section("What it asked for, newest first", lines(&found));
    let case = abuse_case::door(state, signed_in, &found);
    shown(&sheet.doors("What you can do", case.into_iter().collect()))
}

fn facts(found: &AddressFound) -> Vec<(String, Value)> {
    let address = found.lines.first().map(|line| line.address.reveal().to_string()).unwrap_or_default();
    let count = found.lines.len();
    let count = if found.is_cut { format!("more than {count}") } else { count.to_string() };
    let mut facts = vec![
        ("Address".to_owned(), Value::Text(address)),
        ("Requests".to_owned(), Value::Text(count)),
        ("Recorded as".to_owned(), Value::code(found.entry)),
    ];
    if found.unreadable > 0 {
        facts.push(("Days that cannot be read".to_owned(), Value::text(found.unreadable)));
    }
    facts
}

fn lines(found: &AddressFound) -> Block {
    let row = |line: &OpenedAccess| {
        let asked = &line.asked;
        vec![
            Value::Moment(moment(line.at)),
            Value::Text(format!("{} {}", asked.method, asked.route)),
            Value::text(asked.status),
            asked.event.map_or(Value::Nothing, |event| Value::Text(event.as_str().replace('_', " "))),
            Value::Text(line.agent.reveal().clone()),
        ]
    };
    let rows = found.lines.iter().take(SHOWN).map(row).collect();
    let columns = vec!["When", "What", "Answer", "Meaning", "Browser or program"];
    Block::Table(Table { label: "What came from an address".to_owned(), columns, rows, next: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_out_is_called_by_words() {
        assert_eq!(called("failed_sign_ins"), "Sign-ins that fail");
        assert_eq!(called("an_old_one"), "an old one");
    }
}
