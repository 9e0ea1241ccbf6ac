//! `/v1/sites/{site}/items` and `POST /v1/next-item`: what a site may show next, and what it is for a visitor.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::item::{Cap, Item, Terms, is_name};
use gate::NextItem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Body, DataRead, DataWrite, Granted, Path},
    problem::Problems,
};

/// How often an item may be shown to one visitor.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CapView {
    /// So often.
    #[schema(minimum = 1, maximum = 20)]
    times: u32,
    /// In any period of so many hours.
    #[schema(minimum = 1, maximum = 744)]
    hours: u32,
}

/// What is said of an item.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutItem {
    /// Where on a page it may stand.
    #[schema(pattern = "^[a-z0-9_-]{1,64}$", example = "top")]
    slot: String,
    /// For whom it is: interests as the site's policy declares them.
    #[serde(default)]
    #[schema(max_items = 16, example = json!(["streaming"]))]
    tags: Vec<String>,
    /// How much it is preferred to others of its slot.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 1000, default = 1)]
    weight: u32,
    /// From when it is shown.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// The first moment at which it is shown no more.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// How often it may be shown to one visitor; left out, as often as it is next.
    cap: Option<CapView>,
}

const fn one() -> u32 {
    1
}

/// Something that a site may show.
#[derive(Serialize, ToSchema)]
pub(crate) struct ItemView {
    /// What its site calls it.
    id: String,
    /// Where on a page it may stand.
    slot: String,
    /// For whom it is.
    tags: Vec<String>,
    /// How much it is preferred to others of its slot.
    weight: u32,
    /// From when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// The first moment at which it is shown no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// How often it may be shown to one visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    cap: Option<CapView>,
}

/// The items of a site.
#[derive(Serialize, ToSchema)]
pub(crate) struct ItemsView {
    /// The items, by name.
    items: Vec<ItemView>,
}

/// For which slot, and for whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskNext {
    /// The site's name in the account's policy.
    #[schema(example = "website")]
    site: String,
    /// Where on a page.
    #[schema(example = "top")]
    slot: String,
    /// The value of the site's cookie, where the account's own server sees it.
    #[schema(max_length = 256)]
    visitor: Option<String>,
}

/// What is next: an item that was picked, or all that run, of which the browser picks.
#[derive(Serialize, ToSchema)]
pub(crate) struct NextView {
    /// What was picked for a visitor who said yes to it; none where all that runs was shown as often as may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<ItemView>,
    /// What runs in the slot, the same for everybody: nothing is known of whoever asks, and nothing is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    candidates: Option<Vec<ItemView>>,
}

impl NextView {
    pub(super) fn of(next: NextItem) -> Self {
        match next {
            NextItem::Picked(item) => Self { item: item.map(ItemView::of), candidates: None },
            NextItem::Candidates(all) => {
                Self { item: None, candidates: Some(all.into_iter().map(ItemView::of).collect()) }
            }
        }
    }
}

impl ItemView {
    fn of(item: Item) -> Self {
        let Terms { slot, tags, weight, from, until, cap } = item.terms;
        let cap = cap.map(|cap| CapView { times: cap.times, hours: cap.hours });
        Self { id: item.name, slot, tags: tags.into_iter().collect(), weight, from, until, cap }
    }
}

/// The items of a site.
#[utoipa::path(
    get, path = "/v1/sites/{site}/items", tag = "visits", operation_id = "listItems",
    params(("site" = String, Path, description = "The site's name in the account's policy.", example = "website")),
    responses((status = 200, description = "The items.", body = ItemsView), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(site): Path<String>,
) -> Result<Json<ItemsView>, Problem> {
    let items = state.gate().items(&caller, &site).await?;
    Ok(Json(ItemsView { items: items.into_iter().map(ItemView::of).collect() }))
}

/// An item.
#[utoipa::path(
    get, path = "/v1/sites/{site}/items/{item}", tag = "visits", operation_id = "readItem",
    params(
        ("site" = String, Path, description = "The site's name in the account's policy.", example = "website"),
        ("item" = String, Path, description = "The item.", pattern = "^[a-z0-9_-]{1,64}$"),
    ),
    responses((status = 200, description = "The item.", body = ItemView), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path((site, item)): Path<(String, String)>,
) -> Result<Json<ItemView>, Problem> {
    Ok(Json(ItemView::of(state.gate().item(&caller, &site, &item).await?)))
}

/// Puts an item on a site, in place of one that has its name.
#[utoipa::path(
    put, path = "/v1/sites/{site}/items/{item}", tag = "visits", operation_id = "putItem",
    params(
        ("site" = String, Path, description = "The site's name in the account's policy.", example = "website"),
        ("item" = String, Path, description = "The item.", pattern = "^[a-z0-9_-]{1,64}$"),
    ),
    request_body = PutItem,
    responses((status = 200, description = "It is there.", body = ItemView), Problems),
)]
pub(crate) async fn put(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Path((site, item)): Path<(String, String)>,
    body: Body<PutItem>,
) -> Result<Json<ItemView>, Problem> {
    let PutItem { slot, tags, weight, from, until, cap } = body.value;
    let cap = cap.map(|cap| Cap { times: cap.times, hours: cap.hours });
    let terms = Terms { slot, tags: tags.into_iter().collect(), weight, from, until, cap };
    Ok(Json(ItemView::of(state.gate().put_item(&caller, (&site, &item), &terms).await?)))
}

/// Takes an item off a site.
#[utoipa::path(
    delete, path = "/v1/sites/{site}/items/{item}", tag = "visits", operation_id = "removeItem",
    params(
        ("site" = String, Path, description = "The site's name in the account's policy.", example = "website"),
        ("item" = String, Path, description = "The item.", pattern = "^[a-z0-9_-]{1,64}$"),
    ),
    responses((status = 204, description = "It is gone."), Problems),
)]
pub(crate) async fn remove(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Path((site, item)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    state.gate().remove_item(&caller, &site, &item).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is next in a slot of a site: picked for a visitor who said yes to it, else all that run there.
#[utoipa::path(
    post, path = "/v1/next-item", tag = "visits", operation_id = "nextItem",
    request_body = AskNext,
    responses((status = 200, description = "What is next.", body = NextView), Problems),
)]
pub(crate) async fn next(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    body: Body<AskNext>,
) -> Result<impl IntoResponse, Problem> {
    let AskNext { site, slot, visitor } = body.value;
    if !is_name(&slot) {
        return Err(Problem::malformed("`slot` is 1 to 64 small letters, digits, `-` and `_`."));
    }
    let known = state.gate().site(Some(caller.account_id()), &site)?;
    let next = state.gate().next_item(&known, &slot, visitor.as_deref()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(NextView::of(next))))
}
