//! Why a page of the console is not shown: for people, so it is a page itself.

use axum::response::{Html, IntoResponse, Redirect, Response};
use gate::GateError;
use web::{Template, console::MessagePage};

use crate::{Problem, routes::pages::refused_cookies};

/// Why a page is not shown.
pub(in crate::routes::pages) enum Stop {
    /// Nobody is signed in: one goes and does.
    NotSignedIn,
    /// Somebody was let in, but their browser keeps no cookie.
    NoCookie,
    /// Something comes first, on another page.
    First(String),
    /// Whatever a caller of the API would be told.
    Problem(Box<Problem>),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<GateError> for Stop {
    fn from(error: GateError) -> Self {
        Problem::from(error).into()
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        let problem = match self {
            Self::NotSignedIn => return Redirect::to("/sign-in").into_response(),
            Self::NoCookie => return refused_cookies::told("/sign-in", "Sign in"),
            Self::First(place) => return Redirect::to(&place).into_response(),
            Self::Problem(problem) => problem,
        };
        let page = MessagePage {
            title: problem.title.to_owned(),
            detail: problem.in_full(),
            href: "/console",
            label: "The console",
        };
        let Ok(text) = page.render() else { return problem.into_response() };
        (problem.status, Html(text)).into_response()
    }
}
