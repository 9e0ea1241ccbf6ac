//! `/v1/attestations`

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use domain::{Attestation, AttestationId, EntryId};
use gate::NewAttestation;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use service::attested::{Measure, measures};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{AuditRead, Body, Granted, Path, PolicyWrite, Repeatable, id},
    problem::Problems,
    routes::{assessments::of_operator, requests::Said},
};

/// What no machine can look at, and who says that it is in place.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeasureView {
    /// Its name in the policy.
    #[schema(example = "premises")]
    measure: String,
    /// What it is.
    label: String,
    /// The promise that rests on it.
    promise: String,
    /// Who attests it: a position.
    owner: String,
    /// How long an attestation holds.
    #[schema(example = "P1Y")]
    every: String,
    /// The last attestation.
    attestation: Option<AttestationView>,
}

impl From<Measure> for MeasureView {
    fn from(measure: Measure) -> Self {
        let Measure { name, declared, latest } = measure;
        Self {
            measure: name,
            label: declared.label.into_inner(),
            promise: declared.promise.into_inner(),
            owner: declared.owner.into_inner(),
            every: declared.every.get_ref().to_string(),
            attestation: latest.map(|latest| AttestationView::of(latest, None)),
        }
    }
}

/// An attestation.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttestationView {
    /// Its id.
    #[schema(value_type = String)]
    id: AttestationId,
    /// What is attested.
    measure: String,
    /// `holds`, `lapsed`, `replaced` or `withdrawn`.
    state: &'static str,
    /// The SHA-256 of the document that shows it.
    document_sha256: String,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    given_at: Timestamp,
    /// The first moment at which it holds no more.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// The entry of what was just done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    entry: Option<EntryId>,
}

impl AttestationView {
    fn of(attestation: Attestation, entry: Option<EntryId>) -> Self {
        let Attestation { id, measure, document, given_at, until, state, .. } = attestation;
        Self { id, measure, state: state.as_str(), document_sha256: document, given_at, until, entry }
    }
}

/// Says that a measure is in place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attest {
    /// The policy's declaration.
    #[schema(example = "premises")]
    measure: String,
    /// The SHA-256 of the document that shows it, in hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    document_sha256: String,
    /// Until when, when that is earlier than the policy's term.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Who attests it; sealed in the audit entry, like the next.
    #[schema(min_length = 1, max_length = 200)]
    by: String,
    /// What the document is.
    #[schema(min_length = 1, max_length = 4000)]
    because: String,
}

/// What the policy lets a person attest, and how each of it stands.
#[utoipa::path(
    get, path = "/v1/attestations", tag = "evidence", operation_id = "listAttestations",
    responses((status = 200, description = "Every measure.", body = Vec<MeasureView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AuditRead>,
) -> Result<Json<Vec<MeasureView>>, Problem> {
    of_operator(&caller, "attestation")?;
    let measures = measures(state.gate(), &caller).await?;
    Ok(Json(measures.into_iter().map(MeasureView::from).collect()))
}

/// Attests a measure that the policy declares, until its term is over. The attestation before is replaced.
#[utoipa::path(
    post, path = "/v1/attestations", tag = "evidence", operation_id = "attest",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    request_body = Attest,
    responses((status = 201, description = "Attested.", body = AttestationView), Problems),
)]
pub(crate) async fn attest(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<PolicyWrite>,
    repeatable: Repeatable,
    body: Body<Attest>,
) -> Result<impl IntoResponse, Problem> {
    of_operator(&caller, "attestation")?;
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let Attest { measure, document_sha256, until, by, because } = body.value;
    let is_digit = |one: u8| one.is_ascii_digit() || (b'a'..=b'f').contains(&one);
    if document_sha256.len() != 64 || !document_sha256.bytes().all(is_digit) {
        return Err(Problem::malformed("`document_sha256` takes 64 lower-case hexadecimal digits."));
    }
    let new =
        NewAttestation { measure, document: document_sha256, until, given: Said::new(by, because).read()? };
    let (given, entry) = state.gate().attest(&caller, &new, replay.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(AttestationView::of(given, Some(entry)))))
}

/// Takes an attestation back, as someone found that it is not so: the promise is broken until it is attested again.
#[utoipa::path(
    post, path = "/v1/attestations/{id}/withdraw", tag = "evidence", operation_id = "withdrawAttestation",
    params(("id" = String, Path, description = "The attestation.", pattern = "^att_[0-9a-f]{32}$")),
    request_body = Said,
    responses((status = 200, description = "Taken back.", body = AttestationView), Problems),
)]
pub(crate) async fn withdraw(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<PolicyWrite>,
    Path(attestation): Path<String>,
    body: Body<Said>,
) -> Result<Json<AttestationView>, Problem> {
    of_operator(&caller, "attestation")?;
    let why = body.value.read()?;
    let attestation = id(&attestation, "attestation")?;
    let (withdrawn, entry) = state.gate().withdraw_attestation(&caller, attestation, &why).await?;
    Ok(Json(AttestationView::of(withdrawn, Some(entry))))
}
