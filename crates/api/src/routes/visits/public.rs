//! `GET /stats/{site}`: figures for anybody, where the policy shows them.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::visit::{Figures, Period};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    known,
    stats::{day, number},
};
use crate::{
    ApiState, Problem,
    extract::{Open, Path, Strict},
};

/// Which month.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MonthQuery {
    /// A day of it (UTC); without it, the month before this one.
    month: Option<Date>,
}

#[derive(Serialize)]
struct PublicView {
    from: Date,
    until: Date,
    /// Figures of fewer visitors are not shown.
    minimum: u32,
    total: Option<CountsView>,
    by: BTreeMap<&'static str, Vec<ValueView>>,
}

#[derive(Serialize)]
struct CountsView {
    visitors: u64,
    visits: u64,
    views: u64,
}

#[derive(Serialize)]
struct ValueView {
    value: String,
    #[serde(flatten)]
    counts: CountsView,
}

/// What anybody may see of a month of a site.
pub(super) async fn read(
    State(state): State<ApiState>,
    _: Open,
    Path(site): Path<String>,
    Strict(query): Strict<MonthQuery>,
) -> Result<Response, Problem> {
    let known = known(&state, &site).map_err(|_| Problem::not_found("site"))?;
    let today = domain::calendar::day(state.now());
    let month = match query.month {
        Some(month) => month.first_of_month(),
        None => today.first_of_month().yesterday().unwrap_or(today).first_of_month(),
    };
    let last = month.last_of_month();
    let period = Period { from: number(month), until: number(last).saturating_add(1) };
    let figures = state.gate().public_figures(&known, period).await?;
    let by = figures.by.iter().map(|(by, values)| {
        let values =
            values.iter().map(|(value, figures)| ValueView { value: value.clone(), counts: figures.into() });
        (by.name(), values.collect())
    });
    let view = PublicView {
        from: day(period.from),
        until: last,
        minimum: known.declared.minimum.as_ref().map_or(0, |minimum| *minimum.get_ref()),
        total: figures.total.as_ref().map(CountsView::from),
        by: by.collect(),
    };
    let headers = [
        (header::CACHE_CONTROL, "public, max-age=3600"),
        // Anybody may see it, and so may any page.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    Ok((headers, Json(view)).into_response())
}

impl From<&Figures> for CountsView {
    fn from(figures: &Figures) -> Self {
        Self { visitors: figures.visitors(), visits: figures.visits, views: figures.views }
    }
}
