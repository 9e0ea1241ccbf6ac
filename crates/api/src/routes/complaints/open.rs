//! `POST /v1/complaints`, `GET /v1/complaints` and `GET /v1/complaints/{id}`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{Complaint, Filed, complaint::Matter, request::Channel};
use gate::{Accused, NewComplaint};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::ComplaintView;
use crate::{
    ApiState, Problem,
    extract::{Body, DataRead, Granted, Path, Repeatable, RequestsWrite, Strict, id},
    problem::Problems,
    routes::{
        cases::{QueueQuery, beginning, cursor},
        requests::open::{NamedIdentifier, api},
        view::{Page, is_name, next},
    },
};

/// The most parties of one complaint, and the most ways to write back.
const PARTIES: usize = 8;

/// A complaint, a question or an allegation to be taken in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenComplaint {
    /// `complaint`, `question` (to the custodian) or `allegation` (of a use not in line with the policy).
    #[schema(value_type = String, example = "complaint")]
    kind: Matter,
    /// How it came: `api`, `page`, `email`, `post`, `fax` or `voice`.
    #[serde(default = "api")]
    #[schema(value_type = String, required = false)]
    channel: Channel,
    /// The day it was received, where that was not today: its clocks start with that day.
    #[schema(value_type = Option<String>, format = Date)]
    received_on: Option<Date>,
    /// Who complains, where that is known; else they become a subject of which nothing else is known.
    #[schema(pattern = "^sub_[0-9a-f]{32}$")]
    subject: Option<String>,
    /// Whom it is about: none of them owns it or decides anything about it.
    #[serde(default)]
    #[schema(required = false, max_items = 8)]
    about: Vec<AccusedBody>,
    /// What they wrote.
    #[schema(min_length = 1, max_length = 65536)]
    message: String,
    /// The letter, in base64.
    #[schema(max_length = 65536)]
    scan: Option<String>,
    /// How to write back to them: other fields of the record type in which the policy keeps complaints.
    #[serde(default)]
    #[schema(required = false, max_items = 8)]
    contact: Vec<NamedIdentifier>,
}

/// Whom a complaint is about: exactly one of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccusedBody {
    /// A member of staff, by the name by which they act.
    #[schema(min_length = 1, max_length = 200)]
    staff: Option<String>,
    /// An API key of the account.
    #[schema(pattern = "^key_[0-9a-f]{32}$")]
    key: Option<String>,
    /// A Client of the operator's.
    #[schema(pattern = "^acc_[0-9a-f]{32}$")]
    account: Option<String>,
}

impl AccusedBody {
    fn read(self) -> Result<Accused, Problem> {
        match (self.staff, self.key, self.account) {
            (Some(name), None, None) if is_name(&name) => Ok(Accused::Staff(name)),
            (None, Some(key), None) => Ok(Accused::Key(id(&key, "key")?)),
            (None, None, Some(account)) => Ok(Accused::Account(id(&account, "account")?)),
            _ => Err(Problem::malformed(
                "Each of `about` has exactly one of `staff` (a name of 1 to 200 characters), `key` and `account`.",
            )),
        }
    }
}

impl OpenComplaint {
    fn read(self) -> Result<NewComplaint, Problem> {
        if self.about.len() > PARTIES || self.contact.len() > PARTIES {
            return Err(Problem::malformed("`about` and `contact` name at most 8 each."));
        }
        if self.message.trim().is_empty() {
            return Err(Problem::malformed("`message` takes what they wrote."));
        }
        Ok(NewComplaint {
            matter: self.kind,
            channel: self.channel,
            received_at: self.received_on.map(beginning).transpose()?,
            subject: self.subject.map(|subject| id(&subject, "subject")).transpose()?,
            about: self.about.into_iter().map(AccusedBody::read).collect::<Result<_, _>>()?,
            message: self.message,
            scan: self.scan,
            contact: self.contact.into_iter().map(|one| (one.field, one.value)).collect(),
        })
    }
}

/// Takes in a complaint, a question or an allegation. Its clocks start when it was received; its words are kept as the policy
/// says and stay while it is open.
#[utoipa::path(
    post, path = "/v1/complaints", tag = "complaints", operation_id = "openComplaint",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    request_body = OpenComplaint,
    responses((status = 201, description = "Taken in.", body = ComplaintView), Problems),
)]
pub(crate) async fn open(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    repeatable: Repeatable,
    body: Body<OpenComplaint>,
) -> Result<impl IntoResponse, Problem> {
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let new = body.value.read()?;
    let (complaint, entry) = state.gate().open_complaint(&caller, &new, replay.as_ref()).await?;
    let location = format!("/v1/complaints/{}", complaint.id);
    let view = ComplaintView::of(complaint, Some(entry));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(view)))
}

/// The queue of the account: what must be done first comes first.
#[utoipa::path(
    get, path = "/v1/complaints", tag = "complaints", operation_id = "listComplaints", params(QueueQuery),
    responses((status = 200, description = "A page of complaints.", body = Page<ComplaintView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Strict(query): Strict<QueueQuery>,
) -> Result<Json<Page<ComplaintView>>, Problem> {
    let limit = query.limit();
    let complaints: Vec<Complaint> =
        state.gate().queue(&caller, query.is_open(), query.after()?, limit).await?;
    let next = next(&complaints, limit, |complaint| cursor(&complaint.filing()));
    let items = complaints.into_iter().map(|complaint| ComplaintView::of(complaint, None)).collect();
    Ok(Json(Page { items, next }))
}

/// One complaint of the account.
#[utoipa::path(
    get, path = "/v1/complaints/{id}", tag = "complaints", operation_id = "readComplaint",
    params(("id" = String, Path, description = "The complaint.", pattern = "^cmp_[0-9a-f]{32}$")),
    responses((status = 200, description = "The complaint.", body = ComplaintView), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(complaint): Path<String>,
) -> Result<Json<ComplaintView>, Problem> {
    let complaint = state.gate().complaint(&caller, id(&complaint, "complaint")?).await?;
    Ok(Json(ComplaintView::of(complaint, None)))
}
