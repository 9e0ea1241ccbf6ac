//! `POST /v1/sites/{site}/links`, `GET /v1/subjects/{id}/links`, `GET /v1/subjects/{id}/visits`, `DELETE /v1/links/{id}`: visits that
//! are tied to a person.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{EntryId, RecordId, SubjectId, id::RecordKind};
use gate::OpenedLink;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiState, Problem,
    extract::{Body, DataErase, DataRead, DataWrite, Granted, Path, PurposeQuery, Strict, id},
    problem::Problems,
    routes::view::{Page, RecordView, next, page_limit},
};

/// Who is to be tied to whom. Neither says it by an address or a name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLink {
    /// The person.
    #[schema(pattern = "^sub_[0-9a-f]{32}$")]
    subject: String,
    /// The visitor: the value of the site's cookie, or what `POST /collect/visitor` gave to the page.
    #[schema(max_length = 256)]
    visitor: String,
}

/// A link from a person to the visits of a browser.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkView {
    /// The link, which is a record of the person.
    #[schema(value_type = String)]
    id: RecordId,
    /// The person.
    #[schema(value_type = String)]
    subject: SubjectId,
    /// The site.
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    /// The visitor to whom it leads; not told where the link is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    visitor: Option<SubjectId>,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// The entry of making or reading it.
    #[schema(value_type = String)]
    entry: EntryId,
}

/// The links of a person.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinksView {
    /// The links.
    items: Vec<LinkView>,
}

/// Ties the visits of a browser to a person. Both must have said yes to it.
#[utoipa::path(
    post, path = "/v1/sites/{site}/links", tag = "visits", operation_id = "linkVisitor",
    params(("site" = String, Path, description = "The site's name in the account's policy.", example = "website")),
    request_body = NewLink,
    responses((status = 201, description = "They are tied.", body = LinkView), Problems),
)]
pub(crate) async fn link(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Path(site): Path<String>,
    body: Body<NewLink>,
) -> Result<impl IntoResponse, Problem> {
    let subject = id(&body.value.subject, "subject")?;
    let stored = state.gate().link_visitor(&caller, &site, (subject, &body.value.visitor)).await?;
    let view = LinkView {
        id: stored.record.id,
        subject,
        site: Some(site),
        visitor: None,
        since: stored.record.created_at,
        entry: stored.entry,
    };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(view)))
}

/// The links of a person.
#[utoipa::path(
    get, path = "/v1/subjects/{id}/links", tag = "visits", operation_id = "listLinks",
    params(("id" = String, Path, description = "The person.", pattern = "^sub_[0-9a-f]{32}$"), PurposeQuery),
    responses((status = 200, description = "Their links.", body = LinksView), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(subject): Path<String>,
    Strict(PurposeQuery { purpose }): Strict<PurposeQuery>,
) -> Result<impl IntoResponse, Problem> {
    let links = state.gate().links_of(&caller, id(&subject, "subject")?, &purpose).await?;
    let items = links.into_iter().map(LinkView::of).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(LinksView { items })))
}

/// What a person's visits are read for, and which page of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VisitsQuery {
    /// The purpose, as the policy declares it.
    #[param(example = "linking")]
    purpose: String,
    /// Where the page begins: the `next` of the page before.
    after: Option<String>,
    /// How many visits at most, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The visits that are tied to a person, in the order of time. Both the links and the visits are entered as read.
#[utoipa::path(
    get, path = "/v1/subjects/{id}/visits", tag = "visits", operation_id = "listLinkedVisits",
    params(("id" = String, Path, description = "The person.", pattern = "^sub_[0-9a-f]{32}$"), VisitsQuery),
    responses((status = 200, description = "A page of visits.", body = Page<RecordView>), Problems),
)]
pub(crate) async fn visits(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(subject): Path<String>,
    Strict(query): Strict<VisitsQuery>,
) -> Result<impl IntoResponse, Problem> {
    let limit = page_limit(query.limit);
    let after = query.after.as_deref().map(|text| id::<RecordKind>(text, "cursor")).transpose()?;
    let person = id(&subject, "subject")?;
    let records = state.gate().linked_visits(&caller, person, &query.purpose, (after, limit)).await?;
    let next = next(&records, limit, |opened| opened.record.id);
    let items = records.into_iter().map(RecordView::opened).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Page { items, next })))
}

/// Ends a link: its key is destroyed, and the visits lead to nobody.
#[utoipa::path(
    delete, path = "/v1/links/{id}", tag = "visits", operation_id = "endLink",
    params(("id" = String, Path, description = "The link.", pattern = "^rec_[0-9a-f]{32}$")),
    responses((status = 204, description = "It is ended."), Problems),
)]
pub(crate) async fn end(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataErase>,
    Path(link): Path<String>,
) -> Result<StatusCode, Problem> {
    state.gate().end_link(&caller, id(&link, "link")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl LinkView {
    fn of(link: OpenedLink) -> Self {
        let record = &link.opened.record;
        Self {
            id: record.id,
            subject: record.subject,
            site: link.site,
            visitor: link.visitor,
            since: record.created_at,
            entry: link.opened.entry,
        }
    }
}
