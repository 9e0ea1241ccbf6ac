//! What the checks of `access` and `routing` share: requests are answered in time, and only for who proved to be the person.

use domain::{
    Request, Right,
    request::{Channel, Milestone, NotNow},
};
use gate::{Caller, Determination, Fulfilment, GateError, Named, NewRequest};
use jiff::SignedDuration;

use crate::promises::{Examination, stand_in::StandIn};

/// How long after its deadline a request may wait for the clock that says so.
const GRACE: SignedDuration = SignedDuration::from_hours(1);

/// The requests whose time is over, of one kind.
async fn late(
    examination: &Examination<'_>,
    concerns: impl Fn(&Request) -> bool,
) -> Result<Vec<Request>, GateError> {
    let mut all = Vec::new();
    for account in &examination.accounts {
        let found = examination.gate.late_requests(&Caller::system(account.clone()), GRACE).await?;
        all.extend(found.into_iter().filter(&concerns));
    }
    Ok(all)
}

/// What is wrong with requests that whoever received them must answer.
pub(super) async fn unanswered(examination: &Examination<'_>) -> Result<Vec<String>, GateError> {
    let late = late(examination, |request| request.passed_on_by.is_none() || request.is_taken_over).await?;
    Ok(late
        .iter()
        .map(|request| format!("{} was due on {} and is not answered", request.id, request.terms.due_at()))
        .collect())
}

/// What is wrong with requests that were passed on to Clients.
pub(super) async fn unwatched(examination: &Examination<'_>) -> Result<Vec<String>, GateError> {
    let late = late(examination, |request| request.passed_on_by.is_some()).await?;
    let told = |request: &&Request| request.told != Some(Milestone::Due);
    Ok(late
        .iter()
        .filter(told)
        .map(|request| format!("the clock of {} ran out and nobody was told", request.id))
        .collect())
}

/// What is wrong with requests part of whose time is over: each must have left a message for whoever must answer.
pub(super) async fn untold(examination: &Examination<'_>) -> Result<Vec<String>, GateError> {
    let accounts: Vec<Caller> = examination.accounts.iter().cloned().map(Caller::system).collect();
    let untold = examination.gate.untold_requests(&accounts).await?;
    Ok(untold
        .iter()
        .map(|request| format!("part of the time of {} is over, and no message says so", request.id))
        .collect())
}

/// How mail leaves, in words for the evidence.
pub(super) fn how_mail_leaves(examination: &Examination<'_>) -> &'static str {
    if examination.has_mailer { "is mailed" } else { "waits, as no mail server is configured" }
}

/// Asks for the erasure of the stand-in as somebody who proved nothing, which must do nothing.
pub(super) async fn ask_unproved(examination: &Examination<'_>) -> Result<Option<String>, GateError> {
    let (gate, operator, stand_in) = (examination.gate, &examination.operator, examination.stand_in()?);
    let Some(identifier) = identifier(examination, stand_in) else { return Ok(None) };
    let new = NewRequest {
        right: Right::Erasure,
        channel: Channel::Api,
        received_at: None,
        named: Named::By(vec![identifier]),
        client: None,
        message: None,
        scan: None,
    };
    let (request, _) = gate.open_request(operator, &new, None).await?;
    let decision = Determination { by: None, because: "an assessment tries what must be refused".to_owned() };
    let how = Fulfilment { decision, ..Fulfilment::default() };
    let outcome = gate.fulfil_request(operator, request.id, &how).await;
    if let Ok((request, _)) = gate.withdraw_request(operator, request.id).await
        && let Some(requester) = request.requester
    {
        gate.erase(operator, requester).await?;
    }
    Ok(match outcome {
        Err(GateError::NotNow(NotNow::NotVerified)) => None,
        Err(error) => return Err(error),
        Ok(_) => Some(format!("{} was fulfilled for somebody who proved nothing", request.id)),
    })
}

/// A value of the stand-in that a request may name and by which they could be found.
fn identifier(examination: &Examination<'_>, stand_in: &StandIn) -> Option<(String, String)> {
    let requests = examination.document().requests.as_ref()?.get_ref();
    let named = examination.policy().record_type(requests.record.get_ref())?;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let mut known = stand_in.fields.iter().filter(|(name, _)| named.fields.contains_key(name.as_str()));
    known.find_map(|(name, value)| Some((name.clone(), text(value)?)))
}
