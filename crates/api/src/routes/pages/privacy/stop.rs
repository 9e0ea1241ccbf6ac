//! Why a page of the privacy center is not shown.

use axum::response::{Html, IntoResponse, Redirect, Response};
use gate::GateError;
use web::{Template, console::MessagePage};

use crate::{Problem, routes::pages::console::stop};

/// Why a page is not shown.
pub(super) enum Stop {
    /// Nobody is signed in: one asks for a link.
    NotSignedIn,
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
            stop::Stop::NotSignedIn | stop::Stop::First(_) => Self::NotSignedIn,
            stop::Stop::Problem(problem) => Self::Problem(problem),
        }
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        let problem = match self {
            Self::NotSignedIn => return Redirect::to("/privacy").into_response(),
            Self::Problem(problem) => problem,
        };
        let page = MessagePage {
            title: problem.title.to_owned(),
            detail: problem.detail.clone(),
            href: "/privacy",
            label: "Your privacy",
        };
        let Ok(text) = page.render() else { return problem.into_response() };
        (problem.status, Html(text)).into_response()
    }
}
