//! `POST /v1/subjects/{id}/erasure` and `GET /v1/erasures/{id}`

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
    /// Whose data.
    #[schema(value_type = String)]
    subject: domain::SubjectId,
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
    async fn of(state: &ApiState, erasure: Erasure) -> Result<Self, Problem> {
        let (word, purged_at, certificate) = match erasure.state {
            ErasureState::Inaccessible { .. } => ("inaccessible", None, None),
            ErasureState::Shredded(certificate) => ("shredded", None, Some(certificate)),
            ErasureState::Purged { at, certificate } => ("purged", Some(at), Some(certificate)),
        };
        let proof = match certificate.as_ref().and_then(|certificate| certificate.entry) {
            Some(entry) => Some(state.gate().prove(entry).await?),
            None => None,
        };
        Ok(Self { id: erasure.id, subject: erasure.subject, state: word, purged_at, certificate, proof })
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
