//! A page with one thing to say. The privacy center says it in the language of whoever reads it, which is known at its door only.

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use web::{Language, Template, console::MessagePage};

/// What a response says, in English so far.
#[derive(Clone)]
struct Said(MessagePage);

/// The response that says something, and where one goes on.
pub(super) fn message(
    status: StatusCode,
    (title, detail): (impl Into<String>, impl Into<String>),
    (href, label): (&'static str, &'static str),
) -> Response {
    let (title, detail) = (title.into(), detail.into());
    let page = MessagePage { title, detail, href, label, language: Language::English };
    let mut response = (status, rendered(&page)).into_response();
    response.extensions_mut().insert(Said(page));
    response
}

fn rendered(page: &MessagePage) -> Html<String> {
    Html(page.render().unwrap_or_default())
}

/// The language that a browser asks for.
pub(super) fn wanted(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::wanted(wanted.unwrap_or_default())
}

/// Says once more what a page has to say, in the language of whoever reads it.
pub(super) async fn in_their_language(request: Request, next: Next) -> Response {
    let language = wanted(request.headers());
    let mut response = next.run(request).await;
    if language == Language::English {
        return response;
    }
    let Some(Said(page)) = response.extensions_mut().remove() else { return response };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, rendered(&MessagePage { language, ..page }).0.into())
}
