//! What a person asks for in the privacy center, and what became of it.

use domain::{AccountKind, Action, Complaint, Filed, Request, Right, id::RequestId, request::Channel};
use jiff::Timestamp;
use serde_json::Value;

use super::Oneself;
use crate::{
    Caller, Determination, Gate, GateError, Named, NewRequest,
    cases::read,
    requests::{declared_or_refused, notices::is_email},
};

/// How somebody is known whose address cannot be named in the request itself.
const HOW: &str = "signed in to the privacy center by a link that was sent to an address held about them";
/// How many entries are looked through together.
const PAGE: u32 = 100;

impl Gate {
    /// Asks for something in the person's own name. Who asks for what they asked for already gets what there is. Of an End User it
    /// is passed on to the Client, who answers it.
    ///
    /// # Errors
    /// The policy does not give them this right, or a store fails.
    pub async fn ask_for(
        &self,
        oneself: &Oneself,
        right: Right,
        message: Option<String>,
    ) -> Result<Request, GateError> {
        let own = self.own_requests(oneself).await?;
        if let Some(asked) = own.into_iter().find(|one| one.right == right && one.is_open()) {
            return Ok(asked);
        }
        let caller = &oneself.caller;
        let (named, asks, client) = match self.reached_at(oneself).await? {
            Some(address) if caller.account.kind == AccountKind::Client => {
                let named = Named::Reached(oneself.subject(), address);
                (named, self.before_the_operator(caller)?, Some(caller.account_id()))
            }
            Some(address) => (Named::Reached(oneself.subject(), address), caller.clone(), None),
            None => {
                let how = Determination { by: None, because: HOW.to_owned() };
                (Named::Vouched(oneself.subject(), how), caller.clone(), None)
            }
        };
        let channel = Channel::Page;
        let new = NewRequest { right, channel, received_at: None, named, client, message, scan: None };
        self.open_request(&asks, &new, None).await.map(|(request, _)| request)
    }

    /// Asks that systems outside correct what the person corrected here: anew where it was asked before and is still open.
    ///
    /// # Errors
    /// The policy does not give them this right, what they asked before is being answered just now, or a store fails.
    pub async fn correct_outside(&self, oneself: &Oneself, said: String) -> Result<Request, GateError> {
        let own = self.own_requests(oneself).await?;
        let asked = own.into_iter().find(|one| one.right == Right::Rectification && one.is_open());
        match asked {
            Some(asked) => self.amend_request(&oneself.caller, asked.id, &said).await,
            None => self.ask_for(oneself, Right::Rectification, Some(said)).await,
        }
    }

    /// The address at which they opened the link, as a field of their request; none where it is held no more, or the policy keeps no
    /// such field of a request.
    async fn reached_at(&self, oneself: &Oneself) -> Result<Option<(String, String)>, GateError> {
        let effective = self.effective(&oneself.caller)?;
        let Some(reached) = oneself.reached().filter(|reached| is_email(&effective, &reached.field)) else {
            return Ok(None);
        };
        let purpose = declared_or_refused(&effective)?.purpose.get_ref().clone();
        match self.read_record(&oneself.caller, reached.record, &purpose, None).await {
            Ok(opened) => {
                let fields = opened.fields.into_revealed();
                let address = fields.get(&reached.field).and_then(Value::as_str);
                Ok(address.map(|address| (reached.field.clone(), address.to_owned())))
            }
            Err(GateError::Gone(_) | GateError::NotFound(_) | GateError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What the person asked for, the newest first.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn own_requests(&self, oneself: &Oneself) -> Result<Vec<Request>, GateError> {
        self.cases_of(oneself).await
    }

    /// What the person complained of or asked the custodian, the newest first.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn own_complaints(&self, oneself: &Oneself) -> Result<Vec<Complaint>, GateError> {
        self.cases_of(oneself).await
    }

    async fn cases_of<T: Filed>(&self, oneself: &Oneself) -> Result<Vec<T>, GateError> {
        let mut cases = self.store.cases_about(T::KIND, oneself.subject()).await?;
        cases.sort_by_key(|case| std::cmp::Reverse(case.id));
        cases.iter().map(read).collect()
    }

    /// Lets the person fetch the package of their request, this once, with nothing of anyone else in it.
    ///
    /// # Errors
    /// There is no such request of theirs; or no package, or not any more.
    pub async fn fetch_own_package(
        &self,
        oneself: &Oneself,
        id: RequestId,
    ) -> Result<(Request, Caller), GateError> {
        let request = self.request(&oneself.caller, id).await?;
        let account = self.account(request.answered_by()).await?;
        self.fetch_package(&Caller { account, ..oneself.caller.clone() }, id).await
    }

    /// What was said when something was done about a case of theirs: the newest, not before a moment.
    ///
    /// # Errors
    /// A store fails.
    pub async fn said_to(
        &self,
        oneself: &Oneself,
        (case, actions): (&str, &[Action]),
        since: Timestamp,
    ) -> Result<Option<String>, GateError> {
        let mut before = None;
        loop {
            let page = self.entries_of(&oneself.caller, oneself.subject(), before, PAGE).await?;
            for one in &page {
                let detail = &one.detail;
                if detail.at < since {
                    return Ok(None);
                }
                let about = detail.case.as_ref().filter(|about| about.case == case);
                if let Some(about) = about.filter(|_| actions.contains(&detail.action)) {
                    return Ok(about.because.clone());
                }
            }
            before = page.last().map(|last| last.entry);
            if page.len() < PAGE as usize {
                return Ok(None);
            }
        }
    }
}
