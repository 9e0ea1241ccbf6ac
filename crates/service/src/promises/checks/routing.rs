//! `routing`: what End Users ask is passed on to the Client that holds their data, and its clock is watched.

use std::collections::HashSet;

use domain::{
    AccountKind, EventKind, Request, RequestId, Right,
    request::{Channel, What},
};
use gate::{Caller, EVENT_DAYS, GateError, Named, NewRequest};
use jiff::SignedDuration;

use super::{Checked, Checking, requests};
use crate::promises::{Examination, Verdict};

/// How long an event may wait for its place in the log before its lack is a fault.
const GRACE: SignedDuration = SignedDuration::from_mins(10);
/// How many requests of a Client are asked about, and events read at once.
const LOOKED_AT: u32 = 1_024;

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut faults = requests::unwatched(examination).await?;
    faults.extend(pass_on_to_nobody(examination).await?);
    faults.extend(untold(examination).await?);
    let clients = examination.accounts.iter().filter(|account| account.kind == AccountKind::Client).count();
    Ok(Verdict::unless(&faults, || {
        format!(
            "a request was passed on to no account but a Client's, and of {clients} Clients each was told of every request \
             that was passed on to it, and none has one whose time ran out unseen"
        )
    }))
}

/// The open requests that were passed on lately to a Client to which no event tells of them. An event waits for its place in
/// the log, so the youngest requests are not asked about.
async fn untold(examination: &Examination<'_>) -> Result<Vec<String>, GateError> {
    let mut faults = Vec::new();
    for account in examination.accounts.iter().filter(|account| account.kind == AccountKind::Client) {
        let client = Caller::system(account.clone());
        let passed_on = passed_on(examination, &client).await?;
        if passed_on.is_empty() {
            continue;
        }
        let told = told(examination, &client).await?;
        let missing = passed_on.into_iter().filter(|request| !told.contains(request));
        faults.extend(missing.map(|request| format!("no event tells the Client of {request}")));
    }
    Ok(faults)
}

/// The open requests of a Client that were passed on to it within the time for which events are kept.
async fn passed_on(examination: &Examination<'_>, client: &Caller) -> Result<Vec<RequestId>, GateError> {
    let queue: Vec<Request> = examination.gate.queue(client, true, None, LOOKED_AT).await?;
    let oldest = examination.now - SignedDuration::from_hours(24 * EVENT_DAYS) + GRACE;
    let youngest = examination.now - GRACE;
    let is_asked_about = |request: &Request| {
        let mut passed_on = request.steps.iter().filter(|step| matches!(step.what, What::PassedOn));
        passed_on.any(|step| step.at > oldest && step.at < youngest)
    };
    Ok(queue.iter().filter(|request| is_asked_about(request)).map(|request| request.id).collect())
}

/// The requests that events tell a Client of as opened.
async fn told(examination: &Examination<'_>, client: &Caller) -> Result<HashSet<RequestId>, GateError> {
    let (mut told, mut after) = (HashSet::new(), None);
    loop {
        let page = examination.gate.events(client, after, LOOKED_AT).await?;
        let Some(last) = page.last() else { return Ok(told) };
        after = Some(last.id);
        let opened = page.iter().filter(|event| event.told.kind == EventKind::RequestOpened);
        told.extend(opened.filter_map(|event| event.told.facts.request));
    }
}

/// Passes a request on to an account that does not exist.
async fn pass_on_to_nobody(examination: &Examination<'_>) -> Result<Option<String>, GateError> {
    let new = NewRequest {
        right: Right::Access,
        channel: Channel::Api,
        received_at: None,
        named: Named::By(vec![("email".to_owned(), "somebody@example.invalid".to_owned())]),
        client: Some(examination.stranger.account_id()),
        message: None,
        scan: None,
    };
    match examination.gate.open_request(&examination.operator, &new, None).await {
        Err(GateError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
        Ok((request, _)) => {
            Ok(Some(format!("{} was passed on to an account that does not exist", request.id)))
        }
    }
}
