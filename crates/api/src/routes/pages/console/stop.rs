//! Why a page of the console is not shown: for people, so it is a page itself.

use axum::response::{IntoResponse, Redirect, Response};
use gate::GateError;

use crate::{
    Problem,
    routes::pages::{message::message, refused_cookies},
};

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
        message(problem.status, (problem.title, problem.in_full()), ("/console", "The console"))
    }
}
