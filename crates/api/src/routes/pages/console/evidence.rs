//! `/console/evidence`: a certificate of an erasure or the receipt of a choice, verified against the key of this log and kept nowhere.

use axum::{extract::State, response::Response};
use domain::{Certificate, Detail, Permission};
use gate::{LogProof, Receipt, SignedIn, verify_certificate, verify_receipt};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Part, Sheet, Value};

use super::{Staff, allow, doing::form, frame, posted::Posted, shown, stop::Stop, words::moment};
use crate::{ApiState, Problem, extract::parse};

const PLACE: &str = "/console/evidence";

pub(super) async fn page(State(state): State<ApiState>, Staff(signed_in): Staff) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::VerifyEvidence).await?;
    shown(&sheet(&state, &signed_in))
}

fn sheet(state: &ApiState, signed_in: &SignedIn) -> Sheet {
    let mut form = form(signed_in, "verify", PLACE);
    form.button = "Verify it";
    let lines = FieldKind::Lines { rows: 10, most: 500_000 };
    let field = Field::new("text", "The certificate or the receipt", lines);
    let field = field.optional();
    form.fields.push(field.hint("The JSON of an erasure (GET /v1/erasures/…) or of a receipt (GET /v1/choices/…/receipt). It is read and not kept."));
    form.fields.push(Field::new("file", "Or the file that you were given", FieldKind::File).optional());
    let lead = "Whoever holds a certificate of an erasure, or the receipt of a choice, can show what the log says of it. Here it is \
                verified against the key of this log, as anybody can do with `bailee audit` and no server.";
    Sheet::new(frame(signed_in, PLACE), "Verify evidence", lead)
        .with(Block::Forms(vec![form]))
        .section("The key of this log", Block::Source(state.gate().log_key().to_string()))
}

/// What somebody holds: typed, or as a file.
#[derive(Deserialize)]
pub(super) struct Held {
    #[serde(default)]
    text: String,
    #[serde(default)]
    file: String,
}

/// An erasure as the API answers with it.
#[derive(Deserialize)]
struct Erased {
    certificate: Certificate,
    proof: LogProof,
}

pub(super) async fn verify(
    State(state): State<ApiState>,
    Posted { signed_in, form: Held { text, file } }: Posted<Held>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::VerifyEvidence).await?;
    let key = state.gate().log_key();
    let text = if file.is_empty() { text } else { file };
    let found = if let Ok(Erased { certificate, proof }) = parse::<Erased>(text.as_bytes()) {
        verify_certificate(&certificate, &proof, key)
            .map(|_| certified(&certificate))
            .map_err(|why| why.to_string())
    } else {
        let receipt: Receipt = parse(text.as_bytes()).map_err(|_| {
            Problem::malformed("This is neither a certificate with its proof nor a receipt. Take the whole answer of the API.")
        })?;
        verify_receipt(&receipt, key).map(|(detail, _)| chosen(&detail)).map_err(|why| why.to_string())
    };
    let mut page = sheet(&state, &signed_in);
    let is_so = found.is_ok();
    let block = match found {
        Ok(facts) => Block::Facts(facts),
        Err(why) => Block::Text(format!("It proves nothing: {why}.")),
    };
    let heading = if is_so { "It holds: the log says the same" } else { "It does not hold" };
    page.parts.insert(0, Part { heading: Some(heading.to_owned()), block });
    shown(&page)
}

fn certified(certificate: &Certificate) -> Vec<(String, Value)> {
    let who = certificate.subject.map_or(Value::text("a child, who is not named"), Value::code);
    let kept = certificate.kept.iter().map(|kept| format!("{} × {}", kept.records, kept.record_type));
    let kept: Vec<String> = kept.collect();
    let kept = if kept.is_empty() { "nothing".to_owned() } else { kept.join(", ") };
    let facts = [
        ("Erasure", Value::code(certificate.erasure)),
        ("Who was erased", who),
        ("Opened by nobody since", Value::Moment(moment(certificate.inaccessible_at))),
        ("Keys destroyed", Value::text(certificate.keys_destroyed)),
        ("Not to be brought back from", Value::Moment(moment(certificate.irrecoverable_by))),
        ("Kept", Value::Text(kept)),
    ];
    facts.map(|(name, value)| (name.to_owned(), value)).into()
}

fn chosen(detail: &Detail) -> Vec<(String, Value)> {
    let about = detail.note.clone().unwrap_or_default();
    let facts = [
        ("When", Value::Moment(moment(detail.at))),
        ("What", Value::Text(detail.action.word())),
        ("About", Value::Text(about)),
        ("Person", detail.subject.map_or(Value::Nothing, Value::code)),
    ];
    facts.map(|(name, value)| (name.to_owned(), value)).into()
}
