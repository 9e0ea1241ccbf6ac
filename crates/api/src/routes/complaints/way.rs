//! What happens to a complaint on its way: `acknowledge`, `assign`, `appeal`, `incident`, `withdraw`

use axum::{Json, extract::State};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ComplaintView, moved};
use crate::{
    ApiState, Problem,
    extract::{Body, Granted, IncidentsWrite, Path, RequestsWrite, id},
    problem::Problems,
    routes::{cases::beginning, requests::Said, view::is_name},
};

type Stepped = Result<Json<ComplaintView>, Problem>;

/// Whoever complains was told that it was received and is looked into.
#[utoipa::path(
    post, path = "/v1/complaints/{id}/acknowledge", tag = "complaints", operation_id = "acknowledgeComplaint",
    params(("id" = String, Path, description = "The complaint.", pattern = "^cmp_[0-9a-f]{32}$")),
    request_body = Said,
    responses((status = 200, description = "Acknowledged.", body = ComplaintView), Problems),
)]
pub(crate) async fn acknowledge(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(complaint): Path<String>,
    body: Body<Said>,
) -> Stepped {
    let said = body.value.read()?;
    let complaint = id(&complaint, "complaint")?;
    Ok(moved(state.gate().acknowledge_complaint(&caller, complaint, &said).await?))
}

/// Who is to see to a complaint.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assign {
    /// Who sees to it from now on: nobody whom it is about and, on appeal, not who decided.
    #[schema(min_length = 1, max_length = 200)]
    to: String,
    /// Who says so.
    #[schema(min_length = 1, max_length = 200)]
    by: String,
    /// Why.
    #[schema(min_length = 1, max_length = 4000)]
    because: String,
}

/// Gives a complaint to someone whom it is not about. Their name is sealed in the audit entry.
#[utoipa::path(
    post, path = "/v1/complaints/{id}/assign", tag = "complaints", operation_id = "assignComplaint",
    params(("id" = String, Path, description = "The complaint.", pattern = "^cmp_[0-9a-f]{32}$")),
    request_body = Assign,
    responses((status = 200, description = "Assigned.", body = ComplaintView), Problems),
)]
pub(crate) async fn assign(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(complaint): Path<String>,
    body: Body<Assign>,
) -> Stepped {
    let Assign { to, by, because } = body.value;
    if !is_name(&to) {
        return Err(Problem::malformed("`to` names someone in 1 to 200 characters."));
    }
    let said = Said { by: Some(by), because }.read()?;
    let complaint = id(&complaint, "complaint")?;
    Ok(moved(state.gate().assign_complaint(&caller, complaint, &to, &said).await?))
}

/// Why somebody turns to another one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Appeal {
    /// What they wrote.
    #[schema(min_length = 1, max_length = 4000)]
    because: String,
    /// The day the appeal was received, where that was not today.
    #[schema(value_type = Option<String>, format = Date)]
    received_on: Option<Date>,
}

/// Whoever complains appeals the decision, once, in its time: somebody else decides anew.
#[utoipa::path(
    post, path = "/v1/complaints/{id}/appeal", tag = "complaints", operation_id = "appealComplaint",
    params(("id" = String, Path, description = "The complaint.", pattern = "^cmp_[0-9a-f]{32}$")),
    request_body = Appeal,
    responses((status = 200, description = "Appealed.", body = ComplaintView), Problems),
)]
pub(crate) async fn appeal(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(complaint): Path<String>,
    body: Body<Appeal>,
) -> Stepped {
    let Appeal { because, received_on } = body.value;
    let why = Said { by: None, because }.read()?;
    let received_at = received_on.map(beginning).transpose()?;
    let complaint = id(&complaint, "complaint")?;
    Ok(moved(state.gate().appeal_complaint(&caller, complaint, received_at, &why).await?))
}

/// Opens an incident because of an allegation. What is said in `because` is its report.
#[utoipa::path(
    post, path = "/v1/complaints/{id}/incident", tag = "complaints", operation_id = "escalateComplaint",
    params(("id" = String, Path, description = "The allegation.", pattern = "^cmp_[0-9a-f]{32}$")),
    request_body = Said,
    responses((status = 200, description = "Opened: `incident` names it.", body = ComplaintView), Problems),
)]
pub(crate) async fn escalate(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<IncidentsWrite>,
    Path(complaint): Path<String>,
    body: Body<Said>,
) -> Stepped {
    let said = body.value.read()?;
    let complaint = id(&complaint, "complaint")?;
    Ok(moved(state.gate().escalate_complaint(&caller, complaint, &said).await?))
}

/// Whoever complains takes it back.
#[utoipa::path(
    post, path = "/v1/complaints/{id}/withdraw", tag = "complaints", operation_id = "withdrawComplaint",
    params(("id" = String, Path, description = "The complaint.", pattern = "^cmp_[0-9a-f]{32}$")),
    responses((status = 200, description = "Taken back.", body = ComplaintView), Problems),
)]
pub(crate) async fn withdraw(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(complaint): Path<String>,
) -> Stepped {
    Ok(moved(state.gate().withdraw_complaint(&caller, id(&complaint, "complaint")?).await?))
}
