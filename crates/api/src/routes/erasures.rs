//! `POST /v1/subjects/{id}/erasure`, `POST /v1/subjects/{id}/child` and `GET /v1/erasures/{id}`

use axum::{Json, extract::State};
use domain::{Certificate, Erasure, ErasureState};
use gate::LogProof;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{DataErase, DataRead, Granted, Path, id},
    problem::Problems,
};

/// An erasure and how far it has come.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErasureView {
    /// The erasure's id.
    #[schema(value_type = String)]
    id: domain::ErasureId,
    /// Whose data; not named where it was a child's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    subject: Option<domain::SubjectId>,
    /// `inaccessible`, `shredded` or `purged`.
    state: &'static str,
    /// When the rows were gone too.
    #[schema(value_type = Option<String>, format = DateTime)]
    purged_at: Option<Timestamp>,
    /// What its holder can show to anyone.
    #[schema(value_type = Option<Object>)]
    certificate: Option<Certificate>,
    /// The proof that the certificate's entry is in the audit log.
    #[schema(value_type = Option<Object>)]
    proof: Option<LogProof>,
}

impl ErasureView {
    pub(crate) async fn of(state: &ApiState, erasure: Erasure) -> Result<Self, Problem> {
        let (word, purged_at, certificate) = match erasure.state {
            ErasureState::Inaccessible { .. } => ("inaccessible", None, None),
            ErasureState::Shredded(certificate) => ("shredded", None, Some(certificate)),
            ErasureState::Purged { at, certificate } => ("purged", Some(at), Some(certificate)),
        };
        let proof = match certificate.as_ref().and_then(|certificate| certificate.entry) {
            Some(entry) => Some(state.gate().prove(entry).await?),
            None => None,
        };
        let subject = certificate.as_ref().map_or(Some(erasure.subject), |certificate| certificate.subject);
        Ok(Self { id: erasure.id, subject, state: word, purged_at, certificate, proof })
    }
}

/// Erases a person: at once nothing opens any more, and before this answers the keys are destroyed. What a declared
/// exception keeps stands on the certificate.
#[utoipa::path(
    post, path = "/v1/subjects/{id}/erasure", tag = "retention", operation_id = "eraseSubject",
    params(("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$")),
    responses((status = 200, description = "Erased.", body = ErasureView), Problems),
)]
pub(crate) async fn erase(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataErase>,
    Path(subject): Path<String>,
) -> Result<Json<ErasureView>, Problem> {
    let erasure = state.gate().erase(&caller, id(&subject, "subject")?).await?;
    Ok(Json(ErasureView::of(&state, erasure).await?))
}

/// Says that a person turned out to be a child: at once nothing opens any more, and before this answers the keys are
/// destroyed. Exceptions that apply by themselves keep nothing; what a hold keeps stays shut. The certificate and the entries
/// name no one. Asking again answers with the same erasure.
#[utoipa::path(
    post, path = "/v1/subjects/{id}/child", tag = "retention", operation_id = "discoverChild",
    params(("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$")),
    responses((status = 200, description = "Erased.", body = ErasureView), Problems),
)]
pub(crate) async fn discover_child(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataErase>,
    Path(subject): Path<String>,
) -> Result<Json<ErasureView>, Problem> {
    let erasure = state.gate().discover_child(&caller, id(&subject, "subject")?).await?;
    Ok(Json(ErasureView::of(&state, erasure).await?))
}

/// An erasure, its certificate, and the proof once it is in the log.
#[utoipa::path(
    get, path = "/v1/erasures/{id}", tag = "retention", operation_id = "readErasure",
    params(("id" = String, Path, description = "The erasure.", pattern = "^era_[0-9a-f]{32}$")),
    responses((status = 200, description = "The erasure.", body = ErasureView), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(erasure): Path<String>,
) -> Result<Json<ErasureView>, Problem> {
    let erasure = state.gate().erasure(&caller, id(&erasure, "erasure")?).await?;
    Ok(Json(ErasureView::of(&state, erasure).await?))
}
