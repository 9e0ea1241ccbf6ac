//! `/privacy/certificate`: what proves an erasure, for whoever is known here no more. The link was shown when it was asked for.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Erasure, ErasureId};
use serde::Deserialize;
use web::{
    Language,
    privacy::{CertificateLine, CertificatePage},
};

use super::{Wanted, shown, stop::Stop, words};
use crate::{
    ApiState, Problem,
    extract::{Open, Path, Strict, id},
    routes::{erasures::ErasureView, pages::message::message},
};

/// The link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CertificateQuery {
    link: String,
}

pub(super) async fn page(
    State(state): State<ApiState>,
    _: Open,
    Wanted(language): Wanted,
    query: Result<Strict<CertificateQuery>, Problem>,
) -> Result<Response, Stop> {
    let Strict(CertificateQuery { link }) = query?;
    let Some((request, erasures)) = state.gate().certificates_by(&link).await? else {
        return opens_nothing();
    };
    let effective = state.gate().policy(request.account)?;
    let named = |record_type: &str| {
        let declared = effective.declaring().record_type(record_type);
        declared.map_or_else(|| record_type.to_owned(), |declared| declared.label.get_ref().clone())
    };
    shown(&CertificatePage {
        language,
        state: words::state(&request),
        due: language.moment(request.terms.due_at()),
        is_open: request.is_open(),
        lines: erasures.into_iter().filter_map(|one| line(language, one, named)).collect(),
        link,
    })
}

/// What a certificate says; none before the keys are destroyed.
fn line(language: Language, erasure: Erasure, named: impl Fn(&str) -> String) -> Option<CertificateLine> {
    let id = erasure.id.to_string();
    let certificate = erasure.state.into_certificate()?;
    let kept = certificate.kept.iter().map(|kept| format!("{}: {}", named(&kept.record_type), kept.ground));
    Some(CertificateLine {
        erasure: id,
        inaccessible: language.moment(certificate.inaccessible_at),
        shredded: language.moment(certificate.shredded_at),
        irrecoverable: language.moment(certificate.irrecoverable_by),
        keys: certificate.keys_destroyed,
        kept: kept.collect(),
    })
}

/// The certificate as a file, which `bailee audit certificate` verifies.
pub(super) async fn file(
    State(state): State<ApiState>,
    _: Open,
    Path(erasure): Path<String>,
    query: Result<Strict<CertificateQuery>, Problem>,
) -> Result<Response, Stop> {
    let Strict(CertificateQuery { link }) = query?;
    let wanted: ErasureId = id(&erasure, "erasure")?;
    let Some((_, erasures)) = state.gate().certificates_by(&link).await? else { return opens_nothing() };
    let found = erasures.into_iter().find(|one| one.id == wanted);
    let found = found.ok_or_else(|| Problem::not_found("erasure"))?;
    let named = format!("attachment; filename=\"certificate-{wanted}.json\"");
    let view = ErasureView::of(&state, found).await?;
    Ok(([(header::CONTENT_DISPOSITION, named)], Json(view)).into_response())
}

fn opens_nothing() -> Result<Response, Stop> {
    let detail = "Look whether the link is whole. It was shown when the erasure was asked for, and stands in the mail about it.";
    let said = ("There is no certificate here", detail);
    Ok(message(StatusCode::NOT_FOUND, said, ("/privacy", "Your privacy")))
}
