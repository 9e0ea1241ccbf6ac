//! Where the events of a Client are delivered to.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{AccountTask, Webhook, WebhookId};
use gate::{NewWebhook, SignedIn};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet, Table, Value};

use super::{allow_for, may};
use crate::{
    ApiState, Problem,
    extract::{Path, id},
    routes::pages::console::{
        Staff, doing, doing::Once, frame, fresh::FreshPosted, sessions::Nothing, shown, stop::Stop,
        words::moment,
    },
};

/// Where they are.
pub(super) const PLACE: &str = "/console/account/webhooks";
/// What can be done with one: the last part of its address, and what the button says.
const STEPS: [(&str, &str); 4] = [
    ("test", "Try it"),
    ("replay", "Deliver all once more"),
    ("secret", "Another secret"),
    ("remove", "Remove"),
];

pub(in crate::routes::pages::console) async fn list(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::SeeWebhooks).await?;
    let webhooks = state.gate().webhooks(&signed_in.caller).await?;
    let lead = "Your programs are told what happens, signed, as soon as it does: that an End User asks for something, say.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Webhooks", lead).with(table(&signed_in, &webhooks));
    let forms = may(&signed_in, AccountTask::ManageWebhooks).then(|| adding(&state, &signed_in));
    shown(&sheet.doors("Add one", forms.into_iter().collect()))
}

fn adding(state: &ApiState, signed_in: &SignedIn) -> Form {
    let mut form = Form {
        explains: "It is told what happens from now on. It starts with https.".to_owned(),
        fields: vec![Field::new("url", "Where to", FieldKind::Line)],
        button: "Add",
        ..doing::form(signed_in, "add", PLACE)
    };
    form.hidden.push(Once::field(state));
    form
}

fn table(signed_in: &SignedIn, webhooks: &[Webhook]) -> Block {
    if webhooks.is_empty() {
        return Block::Empty {
            title: "Nothing is delivered yet".to_owned(),
            teaches: "Add the address of one of your programs. What was missed while it was away is delivered once it is back."
                .to_owned(),
        };
    }
    let manages = may(signed_in, AccountTask::ManageWebhooks);
    let row = |webhook: &Webhook| {
        let button = |(step, label): (&str, &'static str)| {
            doing::button(signed_in, label, format!("{PLACE}/{}/{step}", webhook.id), &webhook.url)
        };
        let mut row = vec![Value::text(&webhook.url), state_of(webhook)];
        row.push(webhook.last.as_ref().map(|last| moment(last.at)).into());
        row.extend(STEPS.map(|step| if manages { button(step) } else { Value::Nothing }));
        row
    };
    Block::Table(Table {
        label: "Webhooks".to_owned(),
        columns: vec!["Where to", "State", "Last tried", "Try", "Repeat", "Secret", "Remove"],
        rows: webhooks.iter().map(row).collect(),
        next: None,
    })
}

fn state_of(webhook: &Webhook) -> Value {
    match (webhook.is_active(), webhook.failures) {
        (false, _) => Value::Urgent("given up".to_owned()),
        (true, 0) => Value::text("works"),
        (true, failures) => Value::Urgent(format!("not reached, tried {failures} times")),
    }
}

/// Where to.
#[derive(Deserialize)]
pub(in crate::routes::pages::console) struct Added {
    url: String,
    #[serde(flatten)]
    once: Once,
}

pub(in crate::routes::pages::console) async fn create(
    State(state): State<ApiState>,
    FreshPosted { signed_in, form: Added { url, once } }: FreshPosted<Added>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::ManageWebhooks).await?;
    let refused = |failure| Problem::malformed(format!("Nothing is sent to this address: {failure}."));
    state.service.check_receiver(&signed_in.caller, &url).map_err(refused)?;
    let replay = once.replay(&state, &signed_in, (PLACE, &[&url]))?;
    let new = NewWebhook { url, kinds: Vec::new() };
    let (webhook, secret) = state.gate().create_webhook(&signed_in.caller, &new, Some(&replay)).await?;
    told(&signed_in, &webhook, secret)
}

fn told(signed_in: &SignedIn, webhook: &Webhook, secret: Option<String>) -> Result<Response, Stop> {
    let title = format!("The secret of {}", webhook.url);
    let lead = "With it your program sees that an event is ours. It is shown this once.";
    let sheet = |lead| Sheet::new(frame(signed_in, PLACE), title, lead).under(PLACE, "Webhooks");
    shown(&match secret {
        Some(secret) => sheet(lead).with(Block::Source(secret)),
        None => sheet(
            "It was added before, by the same form, and its secret was shown then. If you have not copied it, ask for another.",
        ),
    })
}

pub(in crate::routes::pages::console) async fn step(
    State(state): State<ApiState>,
    Path((webhook, step)): Path<(String, String)>,
    FreshPosted { signed_in, .. }: FreshPosted<Nothing>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::ManageWebhooks).await?;
    let (gate, caller) = (state.gate(), &signed_in.caller);
    let webhook: WebhookId = id(&webhook, "webhook")?;
    match step.as_str() {
        "test" => drop(gate.test_webhook(caller, webhook).await?),
        "replay" => drop(gate.replay_webhook(caller, webhook, None).await?),
        "remove" => gate.remove_webhook(caller, webhook).await?,
        "secret" => {
            let (webhook, secret) = gate.rotate_webhook(caller, webhook).await?;
            return told(&signed_in, &webhook, Some(secret));
        }
        _ => return Err(Problem::not_found("path").into()),
    }
    Ok(Redirect::to(PLACE).into_response())
}
