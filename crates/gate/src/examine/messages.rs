//! Whether what was to be told was written down.

use std::collections::HashSet;

use domain::{
    Message, Request,
    message::{REMEMBERED, Template, Topic},
    request::{Milestone, What},
};

use crate::{Caller, Gate, GateError};

impl Gate {
    /// The open requests that an account answers, or passed on to others that `accounts` holds, of whose clock nobody was told
    /// although part of it is over.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn untold_requests(&self, accounts: &[Caller]) -> Result<Vec<Request>, GateError> {
        let told = self.told_of_clocks(accounts).await?;
        let now = self.now();
        let mut untold = Vec::new();
        for account in accounts {
            let open = self.all_of::<Request>(account, true).await?;
            untold.extend(open.into_iter().filter(|request| {
                last_mark(request).is_some_and(|(milestone, at)| {
                    now.duration_since(at) < REMEMBERED && !told.contains(&(request.id, milestone))
                })
            }));
        }
        Ok(untold)
    }

    /// Of which requests and marks there are messages, sent or not.
    async fn told_of_clocks(
        &self,
        accounts: &[Caller],
    ) -> Result<HashSet<(domain::id::RequestId, Milestone)>, GateError> {
        let mut told = HashSet::new();
        for account in accounts {
            for is_open in [true, false] {
                let messages = self.all_of::<Message>(account, is_open).await?;
                told.extend(messages.iter().filter_map(|message| match (message.about, message.template) {
                    (Some(Topic::Request(id)), Template::RequestClock { milestone }) => Some((id, milestone)),
                    _ => None,
                }));
            }
        }
        Ok(told)
    }
}

/// The last mark that the clock of a request passed, and when that was seen.
fn last_mark(request: &Request) -> Option<(Milestone, jiff::Timestamp)> {
    let told = request.told?;
    let mark = |step: &domain::request::Step| step.what == What::Told { milestone: told };
    request.steps.iter().rev().find(|step| mark(step)).map(|step| (told, step.at))
}
