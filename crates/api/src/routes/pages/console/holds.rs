//! `/console/holds`: what must not be deleted, placed, looked at again and released.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Filed, Hold, HoldState, Permission, id::HoldKind};
use gate::{NewHold, SignedIn};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet, Table, Value};

use super::{
    Staff, allow,
    doing::{Once, Question, form, may, reason},
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
        requests::Said,
        view::next,
    },
};

const PLACE: &str = "/console/holds";

pub(super) async fn list(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<QueueQuery>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeHolds).await?;
    let Strict(query) = query?;
    let (limit, is_open) = (query.limit(), query.is_open());
    let holds: Vec<Hold> = state.gate().queue(&signed_in.caller, is_open, query.after()?, limit).await?;
    let next = next(&holds, limit, |hold| cursor(&hold.filing()));
    let closed = if is_open { "" } else { "closed=true&" };
    let table = Table {
        label: "Holds".to_owned(),
        columns: vec!["Hold", "Exception", "Keeps", "Placed", "Looked at again"],
        rows: holds.iter().map(row).collect(),
        next: next.map(|next| format!("{PLACE}?{closed}after={next}")),
    };
    let lead = "While a hold stands nothing that its exception names is deleted of the person, whoever asks. It does not end by \
                itself: somebody looks at it again by the day that stands here.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), if is_open { "Holds" } else { "Released holds" }, lead);
    let other = match is_open {
        true => {
            Block::Way { href: format!("{PLACE}?closed=true"), label: "Those that were released".to_owned() }
        }
        false => Block::Way { href: PLACE.to_owned(), label: "Those that stand".to_owned() },
    };
    let sheet = sheet.with(other);
    let teaches = "A hold is placed where somebody determines that an exception of the policy applies to a person: an \
                   investigation of fraud, a legal claim.";
    let empty = Block::Empty { title: "Nothing is held".to_owned(), teaches: teaches.to_owned() };
    let sheet = sheet.with(if holds.is_empty() { empty } else { Block::Table(table) });
    let forms = if is_open { place_form(&state, &signed_in)? } else { None };
    shown(&sheet.doors("What you can do", forms.into_iter().collect()))
}

fn row(hold: &Hold) -> Vec<Value> {
    let when = match hold.state {
        HoldState::Placed { review_at } => Value::Moment(moment(review_at)),
        HoldState::Released { .. } => Value::text("released"),
    };
    vec![
        Value::Id { href: format!("{PLACE}/{}", hold.id), id: hold.id.to_string() },
        Value::text(&hold.exception),
        Value::text(hold.record_types.join(", ")),
        Value::Moment(moment(hold.placed_at)),
        when,
    ]
}

/// The form that places one; none where the role does not let them, or the policy leaves nothing to be determined.
fn place_form(state: &ApiState, signed_in: &SignedIn) -> Result<Option<Form>, Problem> {
    let effective = state.gate().policy(signed_in.caller.account_id())?;
    let exceptions = effective.declaring().document().exceptions_to("erasure");
    let determined = exceptions.filter(|(_, one)| one.determined_by.is_some());
    let words: Vec<(String, String)> =
        determined.map(|(name, one)| (name.to_owned(), one.label.get_ref().clone())).collect();
    if words.is_empty() || !may(signed_in, Permission::PlaceHold) {
        return Ok(None);
    }
    let mut form = form(signed_in, "place", PLACE);
    form.title = Some("Place a hold");
    form.explains = "Keeps what the exception names of a person, from now on.".to_owned();
    form.button = "Place it";
    let subject = Field::new("subject", "Whose data", FieldKind::Line);
    form.fields = vec![
        subject.hint("The person’s id, sub_…: find them under “A person”."),
        Field::new("exception", "Exception of the policy", FieldKind::OneOf(words)),
        reason("On what evidence it applies"),
    ];
    form.hidden.push(Once::field(state));
    Ok(Some(form))
}

/// A hold that is to be placed.
#[derive(Deserialize)]
pub(super) struct Place {
    subject: String,
    exception: String,
    because: String,
    #[serde(flatten)]
    once: Once,
}

pub(super) async fn place(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Place>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::PlaceHold).await?;
    let parts = [form.subject.as_str(), &form.exception, &form.because];
    let replay = form.once.replay(&state, &signed_in, (PLACE, &parts))?;
    let determined = Said { by: None, because: form.because.clone() }.read()?;
    let subject = id(form.subject.trim(), "subject")?;
    let new = NewHold { subject, exception: form.exception, determined };
    let (hold, _) = state.gate().place_hold(&signed_in.caller, &new, Some(&replay)).await?;
    Ok(Redirect::to(&format!("{PLACE}/{}", hold.id)).into_response())
}

pub(super) async fn one(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path(hold): Path<String>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeHolds).await?;
    let hold = state.gate().hold(&signed_in.caller, id::<HoldKind>(&hold, "hold")?).await?;
    let (stands, when) = match hold.state {
        HoldState::Placed { review_at } => ("stands", ("Looked at again by", review_at)),
        HoldState::Released { released_at } => ("released", ("Released", released_at)),
    };
    let facts = [
        ("Hold", Value::code(hold.id)),
        ("State", Value::text(stands)),
        ("Exception", Value::text(&hold.exception)),
        ("Whose data", Value::code(hold.subject)),
        ("Keeps", Value::text(hold.record_types.join(", "))),
        ("Placed", Value::Moment(moment(hold.placed_at))),
        (when.0, Value::Moment(moment(when.1))),
    ];
    let facts = facts.map(|(name, value)| (name.to_owned(), value)).into();
    let sheet =
        Sheet::new(frame(&signed_in, PLACE), "A hold", "").under(PLACE, "Holds").with(Block::Facts(facts));
    let steps = [
        (
            Permission::PlaceHold,
            "review",
            "It still stands",
            "Says that you looked, and that it still stands for another term of the policy.",
            "What you looked at",
        ),
        (
            Permission::ReleaseHold,
            "release",
            "Release it",
            "What it kept goes when its time is over, or at once where the person was erased meanwhile. You are asked once more.",
            "Why it ends",
        ),
    ];
    let stands = matches!(hold.state, HoldState::Placed { .. });
    let possible = steps.into_iter().filter(|(permission, ..)| stands && may(&signed_in, *permission));
    let forms = possible.map(|(_, step, label, explains, asks)| {
        let mut form = form(&signed_in, step, format!("{PLACE}/{}/{step}", hold.id));
        (form.title, form.button) = (Some(label), label);
        explains.clone_into(&mut form.explains);
        form.fields.push(reason(asks));
        form
    });
    shown(&sheet.doors("What you can do", forms.collect()))
}

/// Why a hold still stands, or ends.
#[derive(Deserialize)]
pub(super) struct Determined {
    because: String,
    #[serde(flatten)]
    confirmed: super::doing::Confirmed,
}

pub(super) async fn review(
    State(state): State<ApiState>,
    Path(hold): Path<String>,
    Posted { signed_in, form }: Posted<Determined>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::PlaceHold).await?;
    let determined = Said { by: None, because: form.because }.read()?;
    let hold = id::<HoldKind>(&hold, "hold")?;
    state.gate().review_hold(&signed_in.caller, hold, &determined).await?;
    Ok(Redirect::to(&format!("{PLACE}/{hold}")).into_response())
}

pub(super) async fn release(
    State(state): State<ApiState>,
    Path(hold): Path<String>,
    Posted { signed_in, form: filled }: Posted<Determined>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::ReleaseHold).await?;
    let determined = Said { by: None, because: filled.because.clone() }.read()?;
    let hold = state.gate().hold(&signed_in.caller, id::<HoldKind>(&hold, "hold")?).await?;
    let here = format!("{PLACE}/{}", hold.id);
    if filled.confirmed.to(&hold.version.to_string())? {
        state.gate().release_hold(&signed_in.caller, hold.id, &determined).await?;
        return Ok(Redirect::to(&here).into_response());
    }
    let mut form = form(&signed_in, "release", format!("{here}/release"));
    form.button = "Yes, release it";
    let said = [("because", filled.because), (super::doing::Confirmed::FIELD, hold.version.to_string())];
    form.hidden.extend(said.map(|(name, value)| (name.to_owned(), value)));
    let kept = hold.record_types.join(", ");
    let question = Question {
        from: (here, "The hold"),
        place: PLACE,
        title: "Release this hold?".to_owned(),
        sentences: vec![
            format!(
                "What it kept of the person ({kept}) goes when its time is over, unless another hold keeps it."
            ),
            "Where the person was erased meanwhile, it goes at once and cannot be brought back.".to_owned(),
        ],
        form,
    };
    question.ask(&signed_in)
}
