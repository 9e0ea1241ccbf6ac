//! Why a page of the privacy center is not shown.

use axum::response::{IntoResponse, Redirect, Response};
use gate::GateError;

use crate::{
    Problem,
    routes::pages::{console::stop, message::message, refused_cookies},
};

/// Why a page is not shown.
pub(super) enum Stop {
    /// Nobody is signed in: one asks for a link.
    NotSignedIn,
    /// Somebody opened their link, but their browser keeps no cookie.
    NoCookie,
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

impl From<stop::Stop> for Stop {
    fn from(stop: stop::Stop) -> Self {
        match stop {
            // No password is asked for once more where there is none.
            stop::Stop::NotSignedIn | stop::Stop::NoCookie | stop::Stop::First(_) => Self::NotSignedIn,
            stop::Stop::Problem(problem) => Self::Problem(problem),
        }
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        let problem = match self {
            Self::NotSignedIn => return Redirect::to("/privacy").into_response(),
            Self::NoCookie => return refused_cookies::told("/privacy", "Ask for another link"),
            Self::Problem(problem) => problem,
        };
        message(problem.status, (problem.title, problem.in_full()), ("/privacy", "Your privacy"))
    }
}
