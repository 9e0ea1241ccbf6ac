//! What is known of a Client: the name of the company, and who of it is written to. A change is shown before it is made.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Account, AccountTask, Staff as Member, SubjectId};
use gate::SignedIn;
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet, Value};

use super::allow_for;
use crate::{
    ApiState, Problem,
    extract::id,
    routes::{
        pages::console::{
            Staff, doing,
            doing::{Confirmed, Question},
            frame,
            fresh::FreshPosted,
            shown,
            stop::Stop,
            words::apart,
        },
        view::is_name,
    },
};

/// Where it is.
pub(super) const PLACE: &str = "/console/account/profile";
/// The most members among whom one is chosen.
const LISTED: u32 = 50;

pub(in crate::routes::pages::console) async fn page(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::ChangeProfile).await?;
    let account = &signed_in.caller.account;
    let people = people(&state, &signed_in).await?;
    let written = people.iter().find(|(member, _)| is_written_to(account, member));
    let facts = vec![
        ("Company".to_owned(), Value::text(&account.name)),
        ("We write to".to_owned(), written.map_or(Value::Nothing, |(_, name)| Value::text(name))),
    ];
    let chosen = written.map(|(member, _)| member.subject.to_string()).unwrap_or_default();
    let choices = people.iter().map(|(member, name)| (member.subject.to_string(), name.clone())).collect();
    let form = Form {
        explains: "What would change is shown before it does.".to_owned(),
        fields: vec![
            Field::new("name", "Company", FieldKind::Line).filled(account.name.clone()),
            Field::new("contact", "We write to", FieldKind::OneOf(choices)).filled(chosen),
        ],
        button: "Look at the change",
        ..doing::form(&signed_in, "profile", PLACE)
    };
    let lead =
        "How your company is called here, and who of it is told of requests and of changes of the policy.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Profile", lead).with(Block::Facts(facts));
    shown(&sheet.doors("Change it", vec![form]))
}

/// Those of the account who are let in, and what they are called.
async fn people(state: &ApiState, signed_in: &SignedIn) -> Result<Vec<(Member, String)>, Stop> {
    let members = state.gate().members(&signed_in.caller, true, None, LISTED).await?;
    let mut people = Vec::new();
    for member in members.into_iter().filter(|member| member.credential().is_some()) {
        let card = state.gate().name_card(&signed_in.caller, member.subject).await?;
        people.push((member, format!("{}, {}", card.name, card.email)));
    }
    Ok(people)
}

fn is_written_to(account: &Account, member: &Member) -> bool {
    account.contact.as_ref().is_some_and(|contact| contact.record == member.record)
}

/// What it shall be.
#[derive(Deserialize)]
pub(in crate::routes::pages::console) struct Changed {
    name: String,
    #[serde(default)]
    contact: String,
    #[serde(flatten)]
    confirmed: Confirmed,
}

pub(in crate::routes::pages::console) async fn change(
    State(state): State<ApiState>,
    FreshPosted { signed_in, form }: FreshPosted<Changed>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::ChangeProfile).await?;
    let account = &signed_in.caller.account;
    if !is_name(&form.name) {
        return Err(Problem::malformed("The name of a company takes 1 to 200 characters.").into());
    }
    let people = people(&state, &signed_in).await?;
    let contact: Option<SubjectId> =
        if form.contact.is_empty() { None } else { Some(id(&form.contact, "member")?) };
    let written = people.iter().find(|(member, _)| is_written_to(account, member));
    let wanted = people.iter().find(|(member, _)| Some(member.subject) == contact);
    if contact.is_some() && wanted.is_none() {
        return Err(Problem::not_found("member").into());
    }
    let mut sentences = Vec::new();
    if form.name != account.name {
        let (now, before) = (apart(&form.name), apart(&account.name));
        sentences.push(format!("The company is called “{now}” and no longer “{before}”."));
    }
    let moves = wanted.filter(|(member, _)| !is_written_to(account, member));
    if let Some((_, to)) = moves {
        let from = written.map_or("nobody", |(_, name)| name.as_str());
        sentences.push(format!("We write to {} and no longer to {}.", apart(to), apart(from)));
    }
    if sentences.is_empty() {
        return Ok(Redirect::to(PLACE).into_response());
    }
    if !form.confirmed.to(&shown_version(account, written))? {
        return ask(&signed_in, &form, sentences, shown_version(account, written));
    }
    if form.name != account.name {
        state.gate().rename_account(&signed_in.caller, &form.name).await?;
    }
    if let Some((member, _)) = moves {
        state.gate().write_to_member(&signed_in.caller, member.subject).await?;
    }
    Ok(Redirect::to(PLACE).into_response())
}

/// What the change was shown against: where that is another by now, it is shown anew.
fn shown_version(account: &Account, written: Option<&(Member, String)>) -> String {
    let contact = written.map(|(member, _)| member.subject.to_string()).unwrap_or_default();
    domain::digest::sha256_hex(format!("{}/{contact}", account.name))
}

fn ask(
    signed_in: &SignedIn,
    form: &Changed,
    sentences: Vec<String>,
    version: String,
) -> Result<Response, Stop> {
    let mut confirming = Form { button: "Change it", ..doing::form(signed_in, "confirm", PLACE) };
    confirming.hidden.extend([
        ("name".to_owned(), form.name.clone()),
        ("contact".to_owned(), form.contact.clone()),
        (Confirmed::FIELD.to_owned(), version),
    ]);
    let title = "Shall it be changed?".to_owned();
    let from = (PLACE.to_owned(), "Profile");
    Question { from, place: PLACE, title, sentences, form: confirming }.ask(signed_in)
}
