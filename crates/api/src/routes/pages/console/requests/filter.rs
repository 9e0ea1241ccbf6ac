//! The queue, as far as somebody wants to see it: where a request stands, and who sees to it.

use domain::{Filed, Request, RequestState, SubjectId};
use gate::{GateError, SignedIn};
use serde::Deserialize;
use web::console::Choice;

use super::{PLACE, desk};
use crate::{
    ApiState, Problem,
    extract::id,
    routes::cases::{Place, cursor_at, place},
};

/// How many rows a page shows.
const ROWS: u32 = 50;
/// How many requests are read together where not all are meant, and how many times at most for one page.
const READ: (u32, usize) = (250, 10);

/// Where a request that is open may stand.
const STATES: [(&str, &str); 4] = [
    ("", "wherever it stands"),
    ("verifying", "nobody has shown to be the person"),
    ("open", "to be answered"),
    ("paused", "the clock stands still"),
];

/// Which requests, and from where on.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Filter {
    /// Those that are closed, instead of those that are open.
    #[serde(default)]
    pub(super) closed: bool,
    /// Where they stand; anywhere when it is empty.
    #[serde(default)]
    state: String,
    /// Who sees to them: a member of staff, or `nobody`; anybody when it is empty.
    #[serde(default)]
    whose: String,
    /// The `next` of the page before.
    after: Option<String>,
}

impl Filter {
    /// A page of what is meant, and where the next one begins. Where little is meant of much, a page may have few rows, or none.
    pub(super) async fn page(
        &self,
        state: &ApiState,
        signed_in: &SignedIn,
    ) -> Result<(Vec<Request>, Option<String>), Problem> {
        if STATES.iter().all(|(word, _)| *word != self.state) {
            return Err(Problem::not_found("state"));
        }
        let whose: Option<Option<SubjectId>> = match self.whose.as_str() {
            "" => None,
            "nobody" => Some(None),
            whose => Some(Some(id(whose, "member of staff")?)),
        };
        let is_meant = |one: &Request| self.stands(one) && whose.is_none_or(|whose| one.assigned_to == whose);
        let mut after: Option<Place> = self.after.as_deref().map(place).transpose()?;
        let mut meant = Vec::new();
        let is_everything = self.state.is_empty() && whose.is_none();
        // One more than a page shows says whether there is another page.
        let together = if is_everything { ROWS + 1 } else { READ.0 };
        for _ in 0..READ.1 {
            let read: Vec<Request> =
                state.gate().queue(&signed_in.caller, !self.closed, after, together).await?;
            let is_end = read.len() < together as usize;
            for request in read {
                if meant.len() == ROWS as usize {
                    return Ok((meant, after.map(|after| self.way(after))));
                }
                after = Some(request.filing().place());
                meant.extend(Some(request).filter(is_meant));
            }
            if is_end {
                return Ok((meant, None));
            }
        }
        Ok((meant, after.map(|after| self.way(after))))
    }

    /// The same of what comes after a place.
    fn way(&self, after: Place) -> String {
        let said = [("state", self.state.as_str()), ("whose", &self.whose), ("after", &cursor_at(after))];
        let said =
            said.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={value}"));
        let closed = self.closed.then(|| "closed=true".to_owned());
        let said: Vec<String> = closed.into_iter().chain(said).collect();
        format!("{PLACE}?{}", said.join("&"))
    }

    /// What can be meant: those who see to requests stand there for whoever may see staff.
    pub(super) async fn choices(
        &self,
        state: &ApiState,
        signed_in: &SignedIn,
    ) -> Result<Vec<Choice>, GateError> {
        let mut choices = Vec::new();
        if !self.closed {
            let words = STATES.map(|(word, label)| (word.to_owned(), label.to_owned())).into();
            choices.push(Choice {
                name: "state",
                label: "Where it stands",
                words,
                value: self.state.clone(),
            });
        }
        if state.gate().is_operator(&signed_in.caller) {
            let mut words =
                vec![(String::new(), "anybody".to_owned()), ("nobody".to_owned(), "nobody".to_owned())];
            words.extend(desk::colleagues(state, signed_in).await?);
            choices.push(Choice { name: "whose", label: "Who sees to it", words, value: self.whose.clone() });
        }
        Ok(choices)
    }

    fn stands(&self, request: &Request) -> bool {
        let is_paused = request.terms.is_paused();
        match self.state.as_str() {
            "paused" => is_paused,
            "verifying" => request.state == RequestState::Verifying,
            "open" => request.state == RequestState::Open && !is_paused,
            _ => true,
        }
    }
}
