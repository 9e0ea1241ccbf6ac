//! `/console/policy`: the versions, what each changes in sentences, a text that is checked on the page, and publishing it.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{AccountKind, Permission, succession};
use gate::{Numbered, PublishError, SignedIn};
use policy::{Change, Policy, diagnostic};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet, Table, Value};

use super::{
    Staff, allow,
    doing::{Confirmed, Once, Question, form, may},
    frame,
    fresh::FreshPosted,
    posted::Posted,
    shown,
    stop::Stop,
    words::moment,
};
use crate::{ApiState, Problem, extract::Path, routes::view::is_line};

const PLACE: &str = "/console/policy";
/// The most characters of a policy that is typed or pasted.
const TEXT: u32 = 500_000;
/// The most characters of the reason for what cannot wait.
const REASON: usize = 400;

pub(super) async fn list(State(state): State<ApiState>, Staff(signed_in): Staff) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeePolicy).await?;
    let versions = state.gate().policy_versions(signed_in.caller.account_id());
    let now = state.now();
    let in_force = succession::in_force(&versions, now).map(|version| version.number);
    let row = |version: &Numbered| {
        let stands = match in_force {
            Some(number) if number == version.number => "in force",
            _ if version.applies_at > now => "to come",
            _ => "was in force",
        };
        let href = format!("{PLACE}/versions/{}", version.number);
        vec![
            Value::Link { href, label: format!("Version {}", version.number) },
            Value::text(version.policy.version()),
            Value::text(stands),
            Value::Moment(moment(version.published_at)),
            Value::Moment(moment(version.applies_at)),
            Value::text(version.sentences().len()),
        ]
    };
    let table = Table {
        label: "Versions of the policy".to_owned(),
        columns: vec!["Version", "Called", "State", "Published", "Applies from", "Changes"],
        rows: versions.iter().rev().map(row).collect(),
        next: None,
    };
    let lead = "What the policy says is what this server does. A version that permits more applies only when the notice of it is \
                over, and people are asked again.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "The policy", lead).with(Block::Table(table));
    let forms = may(&signed_in, Permission::CheckPolicy).then(|| check_form(&signed_in, ""));
    shown(&sheet.doors("Check a text", forms.into_iter().collect()))
}

fn check_form(signed_in: &SignedIn, text: &str) -> Form {
    let mut form = form(signed_in, "check", format!("{PLACE}/check"));
    form.explains =
        "Says where the text contradicts itself, and what it would change. Nothing is published by this."
            .to_owned();
    form.button = "Check it";
    form.fields.push(
        Field::new("text", "The policy file", FieldKind::Lines { rows: 12, most: TEXT })
            .optional()
            .filled(text),
    );
    form.fields.push(Field::new("file", "Or a file of it", FieldKind::File).optional());
    form
}

pub(super) async fn version(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path(number): Path<u32>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeePolicy).await?;
    let versions = state.gate().policy_versions(signed_in.caller.account_id());
    let version = versions.iter().find(|version| version.number == number);
    let version = version.ok_or_else(|| Problem::not_found("policy version"))?;
    let because = version.because.as_deref().map_or(Value::Nothing, Value::text);
    let facts = [
        ("Called", Value::text(version.policy.version())),
        ("Published", Value::Moment(moment(version.published_at))),
        ("Applies from", Value::Moment(moment(version.applies_at))),
        ("Did not wait because", because),
    ];
    let facts = facts.map(|(name, value)| (name.to_owned(), value)).into();
    let mut sheet = Sheet::new(frame(&signed_in, PLACE), format!("Version {number} of the policy"), "")
        .under(PLACE, "The policy")
        .with(Block::Facts(facts));
    sheet = match version.changes.as_deref() {
        Some(changes) => with_changes(sheet, changes),
        None => {
            sheet.with(Block::Text("There is nothing before it that it could be compared with.".to_owned()))
        }
    };
    if state.gate().is_operator(&signed_in.caller) {
        sheet = sheet.section("Who must accept it", who_must_accept(&state, version.number));
        if version.policy.notifies_by("email") {
            let told = "Each Client that can be written to is told by e-mail what changes; what was sent stands under “Health”.";
            sheet = sheet.section("Notices", Block::Text(told.to_owned()));
        }
    }
    shown(&sheet.section("The text", Block::Source(version.policy.source().to_string())))
}

fn with_changes(sheet: Sheet, changes: &policy::Diff) -> Sheet {
    let said = |changes: &[Change]| {
        let asks = |change: &Change| if change.material { " It asks people again." } else { "" };
        changes.iter().map(|change| format!("{}{}", change.sentence, asks(change))).collect::<Vec<_>>()
    };
    let kinds = [
        ("Permitted from then on", &changes.newly_permitted),
        ("Permitted no more", &changes.no_longer_permitted),
        ("Otherwise than before", &changes.other),
    ];
    if kinds.iter().all(|(_, changes)| changes.is_empty()) {
        return sheet
            .section("What it changes", Block::Text("Nothing of what is permitted changes.".to_owned()));
    }
    let some = kinds.into_iter().filter(|(_, changes)| !changes.is_empty());
    some.fold(sheet, |sheet, (heading, changes)| sheet.section(heading, Block::Sentences(said(changes))))
}

/// The Clients whose keys stop working until they accept.
fn who_must_accept(state: &ApiState, number: u32) -> Block {
    let clients = state.gate().accounts().into_iter().filter(|account| account.kind == AccountKind::Client);
    let rows: Vec<Vec<Value>> = clients
        .filter_map(|account| {
            let must = state.gate().must_accept(&account).filter(|must| must.version == number)?;
            Some(vec![Value::text(&account.name), Value::Moment(moment(must.by))])
        })
        .collect();
    if rows.is_empty() {
        return Block::Text("Nobody has to, or everybody has.".to_owned());
    }
    Block::Table(Table {
        label: "Who must accept it".to_owned(),
        columns: vec!["Client", "By"],
        rows,
        next: None,
    })
}

/// A text that may be a policy, typed or as a file.
#[derive(Deserialize)]
pub(super) struct Text {
    #[serde(default)]
    text: String,
    #[serde(default)]
    file: String,
}

pub(super) async fn check(
    State(state): State<ApiState>,
    Posted { signed_in, form: Text { text, file } }: Posted<Text>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::CheckPolicy).await?;
    let text = if file.is_empty() { text } else { file };
    let text = text.replace("\r\n", "\n");
    let effective = state.gate().policy(signed_in.caller.account_id())?;
    let is_operator = state.gate().is_operator(&signed_in.caller);
    let operator = (!is_operator).then_some(&*effective.operator.policy);
    let today = domain::calendar::day(state.now());
    let mut sheet =
        Sheet::new(frame(&signed_in, PLACE), "What the checker says", "").under(PLACE, "The policy");
    let mut next = None;
    let found = match Policy::compile(&text, today, operator) {
        Err(found) => {
            sheet.alert = Some("This text cannot be published: it says what cannot be kept.".to_owned());
            found
        }
        Ok(policy) => {
            sheet.lead = "This text can be published.".to_owned();
            sheet = with_changes(sheet, &policy::diff(effective.declaring(), &policy));
            next =
                may(&signed_in, Permission::PublishPolicy).then(|| publish_form(&state, &signed_in, &text));
            policy.warnings().to_vec()
        }
    };
    if !found.is_empty() {
        let said = diagnostic::render(&text, "the text", &found, false);
        sheet = sheet.section(diagnostic::summary(&found), Block::Source(said));
    }
    // The text stands on the page once: it may be long.
    shown(&match next {
        Some(publish) => sheet.doors("Publish it", vec![publish]),
        None => sheet.doors("Change it and check again", vec![check_form(&signed_in, &text)]),
    })
}

fn publish_form(state: &ApiState, signed_in: &SignedIn, text: &str) -> Form {
    let mut form = form(signed_in, "publish", format!("{PLACE}/publish"));
    form.explains = "Makes it the next version. You are asked once more, with what it changes.".to_owned();
    form.button = "Go on";
    let reason = Field::new("because", "Why it cannot wait for the notice", FieldKind::Line).optional();
    form.fields.push(
        reason.hint(
            "Only where it cannot: a legal order, a mistake. Everybody can read it, so it names no one.",
        ),
    );
    let lines = FieldKind::Lines { rows: 12, most: TEXT };
    form.fields.push(Field::new("text", "The policy file", lines).filled(text));
    form.hidden.push(Once::field(state));
    form
}

/// A text that is to be published.
#[derive(Deserialize)]
pub(super) struct Published {
    text: String,
    #[serde(default)]
    because: String,
    #[serde(flatten)]
    once: Once,
    #[serde(flatten)]
    confirmed: Confirmed,
}

pub(super) async fn publish(
    State(state): State<ApiState>,
    FreshPosted { signed_in, form: filled }: FreshPosted<Published>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::PublishPolicy).await?;
    let text = filled.text.replace("\r\n", "\n");
    let because = Some(filled.because.trim()).filter(|because| !because.is_empty());
    if because.is_some_and(|because| !is_line(because, REASON)) {
        return Err(Problem::malformed("The reason takes up to 400 characters on one line.").into());
    }
    let (gate, caller) = (state.gate(), &signed_in.caller);
    let newest = gate.policy_versions(caller.account_id()).last().map_or(0, |version| version.number);
    let replay = filled.once.replay(&state, &signed_in, (PLACE, &[&text, because.unwrap_or_default()]))?;
    let is_sure = match filled.confirmed.to(&newest.to_string()) {
        // Sent twice: it was published by the first, and is not once more.
        Err(_) if gate.was_made(&replay).await? => true,
        other => other?,
    };
    if !is_sure {
        return ask(&state, &signed_in, (&filled, &text), newest);
    }
    let published = match because {
        None => gate.publish_policy(caller, &text, Some(&replay)).await,
        Some(because) => gate.publish_policy_urgently(caller, &text, because, Some(&replay)).await,
    };
    let number = published.map_err(Problem::from)?.number;
    Ok(Redirect::to(&format!("{PLACE}/versions/{number}")).into_response())
}

fn ask(
    state: &ApiState,
    signed_in: &SignedIn,
    (filled, text): (&Published, &str),
    newest: u32,
) -> Result<Response, Stop> {
    let effective = state.gate().policy(signed_in.caller.account_id())?;
    let operator = (!state.gate().is_operator(&signed_in.caller)).then_some(&*effective.operator.policy);
    let policy = Policy::compile(text, domain::calendar::day(state.now()), operator)
        .map_err(|found| Problem::from(PublishError::Diagnostics(found)))?;
    let changes = policy::diff(effective.declaring(), &policy);
    let mut sentences: Vec<String> = changes.changes().map(|change| change.sentence.clone()).collect();
    if sentences.is_empty() {
        sentences.push("Nothing of what is permitted changes.".to_owned());
    }
    sentences.push(format!("It becomes version {}, and applies from {}.", newest + 1, policy.effective()));
    if changes.is_material() {
        sentences.push("It permits more: people are asked again, and Clients must accept it.".to_owned());
    }
    let mut form = form(signed_in, "publish", format!("{PLACE}/publish"));
    form.button = "Yes, publish it";
    form.hidden.push(filled.once.again());
    let said = [("text", text), ("because", &filled.because), (Confirmed::FIELD, &newest.to_string())];
    form.hidden.extend(said.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let (from, title) = ((PLACE.to_owned(), "The policy"), "Publish this version?".to_owned());
    Question { from, place: PLACE, title, sentences, form }.ask(signed_in)
}
