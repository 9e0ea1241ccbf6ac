//! `routing`: what End Users ask is passed on to the Client that holds their data, and its clock is watched.

use domain::{AccountKind, Right, request::Channel};
use gate::{GateError, Named, NewRequest};

use super::{Checked, Checking, requests};
use crate::promises::{Examination, Verdict};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut faults = requests::unwatched(examination).await?;
    faults.extend(pass_on_to_nobody(examination).await?);
    let clients = examination.accounts.iter().filter(|account| account.kind == AccountKind::Client).count();
    Ok(Verdict::unless(&faults, || {
        format!(
            "a request was passed on to no account but a Client's, and of {clients} Clients none has a request whose time \
             ran out unseen"
        )
    }))
}

/// Passes a request on to an account that does not exist, and to the operator's own.
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
