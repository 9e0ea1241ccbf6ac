//! `/console/health`: whether the clocks, the log, the jobs and the mail work, in sentences, and what could not be sent.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Filed, Message, MessageId, MessageState, Permission, message::Unsent};
use gate::SignedIn;
use serde::Deserialize;
use web::console::{Block, Sheet, Table, Value};

use super::{
    Staff, allow,
    doing::{button, may},
    frame,
    posted::Posted,
    shown,
    stop::Stop,
    words::moment,
};
use crate::{
    ApiState, Problem,
    extract::{Path, Strict, id},
    routes::{
        cases::{QueueQuery, cursor},
        view::next,
    },
};

const PLACE: &str = "/console/health";

pub(super) async fn page(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<QueueQuery>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeHealth).await?;
    if !state.gate().is_operator(&signed_in.caller) {
        // What runs here is counted for all accounts together.
        return Err(Problem::not_found("page").into());
    }
    let Strict(query) = query?;
    let (limit, is_open) = (query.limit(), query.is_open());
    let messages: Vec<Message> =
        state.gate().queue(&signed_in.caller, is_open, query.after()?, limit).await?;
    let next = next(&messages, limit, |message| cursor(&message.filing()));
    let closed = if is_open { "" } else { "closed=true&" };
    let table = Table {
        label: "Messages".to_owned(),
        columns: vec!["Message", "Says", "State", "Since", "Next, or when", "Why not", "Do"],
        rows: messages.iter().map(|message| row(&signed_in, message)).collect(),
        next: next.map(|next| format!("{PLACE}?{closed}after={next}")),
    };
    let other = match is_open {
        true => Block::Way {
            href: format!("{PLACE}?closed=true"),
            label: "Those that were sent or given up".to_owned(),
        },
        false => Block::Way { href: PLACE.to_owned(), label: "Those that wait".to_owned() },
    };
    let nothing = Block::Text(
        if is_open { "No message waits." } else { "No message was sent or given up." }.to_owned(),
    );
    let sheet =
        Sheet::new(frame(&signed_in, PLACE), "Health", "Whether what runs by itself runs, at this moment.")
            .with(Block::Facts(facts(&state).await?))
            .section(
                if is_open { "Messages that wait" } else { "Messages that were sent or given up" },
                match messages.is_empty() {
                    true => nothing,
                    false => Block::Table(table),
                },
            )
            .with(other);
    shown(&sheet)
}

async fn facts(state: &ApiState) -> Result<Vec<(String, Value)>, Stop> {
    let gate = state.gate();
    let now = state.now();
    let fine = |is_fine: bool, well: &str, badly: &str| match is_fine {
        true => Value::text(well),
        false => Value::Urgent(badly.to_owned()),
    };
    let waits = gate.oldest_waiting_entry().await?.map(|at| now.duration_since(at).as_secs());
    let log = fine(
        waits.is_none_or(|seconds| seconds < 60),
        "every entry gets its place within seconds",
        "entries have waited for their place for a minute or more",
    );
    let clock = fine(
        state.service.trusts_clock(),
        "right",
        "it has jumped: nothing is deleted by the time until somebody confirms it",
    );
    let mail = fine(
        state.service.has_mailer(),
        "there is a mail server",
        "no mail server is configured: what is to be told waits",
    );
    let undelivered = gate.oldest_undelivered().await?.map(moment);
    let assessed = state.service.latest_assessment().map(|assessment| moment(assessment.at));
    let facts = [
        ("Clock", clock),
        ("Last moment that is sure to be stored", gate.last_durable_time().await?.map(moment).into()),
        ("Entries in the log", Value::text(gate.log_size().await?)),
        ("The log", log),
        ("Mail", mail),
        ("Messages that wait, in all", Value::text(gate.waiting_messages().await?)),
        ("Oldest event not delivered", undelivered.into()),
        ("Promises last checked", assessed.into()),
        ("Version of this server", Value::text(env!("CARGO_PKG_VERSION"))),
    ];
    Ok(facts.map(|(name, value)| (name.to_owned(), value)).into())
}

fn row(signed_in: &SignedIn, message: &Message) -> Vec<Value> {
    let (state, when, why) = match message.state {
        MessageState::Waiting { next_at, why, .. } => ("waits", next_at, why),
        MessageState::Sent { at } => ("sent", at, None),
        MessageState::Failed { at, why } => ("given up", at, Some(why)),
    };
    let retry = matches!(message.state, MessageState::Failed { .. }) && may(signed_in, Permission::RetryMail);
    let action = format!("/console/messages/{}/retry", message.id);
    let about = message.id.to_string();
    vec![
        Value::code(message.id),
        Value::text(message.template.as_str().replace('_', " ")),
        Value::text(state),
        Value::Moment(moment(message.since)),
        Value::Moment(moment(when)),
        why.map_or(Value::Nothing, |why| Value::Text(Unsent::as_str(why).replace('_', " "))),
        if retry { button(signed_in, "Try again", action, &about) } else { Value::Nothing },
    ]
}

/// A form with nothing to fill in.
#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn retry(
    State(state): State<ApiState>,
    Path(message): Path<String>,
    Posted { signed_in, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::RetryMail).await?;
    let message: MessageId = id(&message, "message")?;
    state.gate().retry_message(&signed_in.caller, message).await?;
    Ok(Redirect::to(PLACE).into_response())
}
