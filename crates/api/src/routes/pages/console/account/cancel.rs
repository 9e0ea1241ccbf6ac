//! The end of a Client's account: what it means is shown before it happens, with what is kept, for how long, and why.

use axum::{extract::State, http::HeaderMap, response::Response};
use domain::AccountTask;
use policy::{
    document::{Document, RecordType, Relation, Retention},
    placeholder::resolve_all,
};
use serde::Deserialize;
use web::{
    Language,
    console::{Block, Field, FieldKind, Form, MessagePage, Sheet, Table, Value},
};

use super::allow_for;
use crate::{
    ApiState, Problem,
    routes::pages::console::{
        cookie, doing, frame,
        fresh::{Fresh, FreshPosted},
        shown,
        stop::Stop,
    },
};

/// Where it is.
pub(super) const PLACE: &str = "/console/account/cancel";

pub(in crate::routes::pages::console) async fn page(
    State(state): State<ApiState>,
    Fresh(signed_in): Fresh,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::CancelAccount).await?;
    let account = signed_in.caller.account_id();
    let effective = state.gate().policy(account)?;
    let of_operator = effective.operator.policy.document();
    let own = effective.account.as_ref().map(|(_, own)| own.policy.document());
    let sentences = vec![
        "Nobody of your company signs in any more, from the next click on.".to_owned(),
        "Your keys only take out what is there: they read, and change nothing.".to_owned(),
        "From that moment the times below run; then each is deleted, and its key destroyed.".to_owned(),
        "It is not taken back. You can open another account.".to_owned(),
    ];
    let form = Form {
        fields: vec![Field::new("understood", "I have read what will happen", FieldKind::Tick)],
        button: "Cancel the account",
        ..doing::form(&signed_in, "cancel", PLACE)
    };
    let lead = "This ends the account of your company. Nothing has been done yet.";
    let [end_users, you] = ["What is kept of your End Users", "What is kept of you"];
    let of_end_users = kept(end_users, own.unwrap_or(of_operator), (Relation::ForAccount, None));
    let of_members = of_operator.members.as_ref().map(|members| members.get_ref().role.get_ref().as_str());
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Cancel the account", lead)
        .section("What will happen", Block::Sentences(sentences))
        .section(end_users, of_end_users)
        .section(you, kept(you, of_operator, (Relation::Direct, of_members)))
        .with(Block::Forms(vec![form]));
    shown(&sheet)
}

/// What is kept of people of a kind, for how long, and why.
pub(in crate::routes::pages::console) fn kept(
    label: &str,
    document: &Document,
    (relation, only): (Relation, Option<&str>),
) -> Block {
    let is_of = |record: &RecordType| {
        record.roles.iter().any(|role| {
            let declared = document.roles.get(role.get_ref().as_str());
            let is_of_kind = declared.is_some_and(|role| *role.relation.get_ref() == relation);
            is_of_kind && only.is_none_or(|only| only == role.get_ref())
        })
    };
    let row = |record: &RecordType| {
        let clock: &str = record.retention.as_ref()?.get_ref();
        let declared: &Retention = document.retention.get(clock)?;
        let ground = declared.ground.as_ref().map(|ground| Value::text(ground.get_ref()));
        Some(vec![
            Value::text(record.label.get_ref()),
            Value::Text(resolve_all(document, &format!("{{{{retention.{clock}}}}}"))),
            ground.unwrap_or(Value::Nothing),
        ])
    };
    Block::Table(Table {
        label: label.to_owned(),
        columns: vec!["What", "For how long", "Why"],
        rows: document.records.values().filter(|record| is_of(record)).filter_map(row).collect(),
        next: None,
    })
}

/// That it was read.
#[derive(Deserialize)]
pub(in crate::routes::pages::console) struct Understood {
    #[serde(default)]
    understood: Option<String>,
}

pub(in crate::routes::pages::console) async fn cancel(
    State(state): State<ApiState>,
    headers: HeaderMap,
    FreshPosted { signed_in, form }: FreshPosted<Understood>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::CancelAccount).await?;
    if form.understood.is_none() {
        return Err(
            Problem::malformed("An account is cancelled by whoever has read what will happen.").into()
        );
    }
    state.gate().cancel_account(&signed_in.caller).await?;
    let page = MessagePage {
        title: "The account is cancelled".to_owned(),
        detail:
            "Nobody of your company signs in any more. Your keys read what is there until its time is over."
                .to_owned(),
        href: "/policy",
        label: "The policy, with every time",
        language: Language::English,
    };
    Ok(cookie::forget(cookie::CONSOLE, &headers, &state, shown(&page)?))
}
