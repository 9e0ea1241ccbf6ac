//! Receiving a request: the person's own words and the identifiers they name are stored as a record of the vault, then the
//! request is opened, on the clock since it was received.

use domain::{
    AccountId, Action, EntryId, Request, RequestState, Right, SubjectId,
    id::RequestId,
    request::{Channel, Identifier, Step, Task, Terms, What},
};
use jiff::{Span, Timestamp};
use policy::document::Right as DeclaredRight;
use store::{Change, Unit, records::Replay};

use super::{Moved, declared_or_refused};
use crate::{
    Caller, Determination, Effective, Fields, Gate, GateError,
    attempts::Failed,
    cases::file,
    records::first_entry,
    repetition::{Once, entry_before, remember},
    words::{Words, receipt, written},
};

/// A request to be opened.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// What is asked for.
    pub right: Right,
    /// How it came.
    pub channel: Channel,
    /// When it was received; none for now.
    pub received_at: Option<Timestamp>,
    /// Who asks.
    pub named: Named,
    /// The Client whose End User asks, when the operator received it.
    pub client: Option<AccountId>,
    /// What the person wrote.
    pub message: Option<String>,
    /// The letter, in base64.
    pub scan: Option<String>,
}

/// How the one who asks is named.
#[derive(Debug, Clone)]
pub enum Named {
    /// By someone who vouches for them, and says how they know.
    Vouched(SubjectId, Determination),
    /// By themselves, by a link that was sent to an address held about them: the field of the request for it, and what it is.
    Reached(SubjectId, (String, String)),
    /// By identifiers, lookup fields and their values, each of which is to be proved.
    By(Vec<(String, String)>),
}

impl Gate {
    /// Opens a request. Whether anyone is known by the identifiers plays no part in what happens here.
    ///
    /// # Errors
    /// The policy declares no such right for anyone of this account, or nowhere to keep the person's words; there is no such
    /// subject or Client; a time of receipt that cannot be; or a store that fails.
    pub async fn open_request(
        &self,
        caller: &Caller,
        new: &NewRequest,
        replay: Option<&Replay>,
    ) -> Result<(Request, EntryId), GateError> {
        if let Some(first) = self.repeated(replay).await? {
            return self.opened_before(caller, &first).await;
        }
        let acting = match new.client {
            None => caller.clone(),
            Some(client) => self.for_client(caller, client).await?,
        };
        let request = self.received(caller, &acting, new).await?;
        let attempt = || self.try_open(&acting, request.clone(), new, replay);
        match self.once(replay, attempt).await? {
            Once::Made(opened) => Ok(opened),
            Once::Before(first) => self.opened_before(caller, &first).await,
        }
    }

    async fn opened_before(&self, caller: &Caller, first: &Replay) -> Result<(Request, EntryId), GateError> {
        let request = self.request(caller, RequestId::from_bytes(first.result)).await?;
        Ok((request, entry_before(first)?))
    }

    /// The operator, acting for a Client whose End User turned to the operator.
    async fn for_client(&self, caller: &Caller, client: AccountId) -> Result<Caller, GateError> {
        let is_operator = caller.account.kind == domain::AccountKind::Operator;
        let known = self.known_account(client).await;
        if !is_operator || known.is_err() {
            return Err(GateError::NotFound("account"));
        }
        self.acting_for(caller, client).await
    }

    /// The request as it was received, its words stored.
    async fn received(
        &self,
        caller: &Caller,
        acting: &Caller,
        new: &NewRequest,
    ) -> Result<Request, GateError> {
        let (now, effective) = (self.now(), self.effective(acting)?);
        let received_at = receipt(now, new.received_at)?;
        let right = declared_right(&effective, new.right)?;
        let identifiers = match &new.named {
            Named::By(all) if all.is_empty() => {
                let why =
                    "name the subject and how you know it is them, or at least one identifier to be verified";
                return Err(GateError::Malformed(why.to_owned()));
            }
            Named::By(all) => all.iter().map(|(field, _)| Identifier::new(field.clone())).collect(),
            Named::Vouched(..) if acting.account_id() != caller.account_id() => {
                let why = "only the Client itself vouches for its End Users: name `identifiers`";
                return Err(GateError::Malformed(why.to_owned()));
            }
            Named::Vouched(subject, _) => {
                let (subject, _) = self.living_subject(acting, *subject).await?;
                may_ask(right, &subject.role)?;
                Vec::new()
            }
            Named::Reached(subject, (field, _)) => {
                let (subject, _) = self.living_subject(acting, *subject).await?;
                may_ask(right, &subject.role)?;
                vec![Identifier::proved(field.clone(), now)]
            }
        };
        let (requester, record) = self.keep_request(acting, &effective, new).await?;
        let place = match new.named {
            Named::Vouched(subject, _) => subject,
            Named::By(_) | Named::Reached(..) => {
                requester.ok_or(GateError::Damaged("a request without its words"))?
            }
        };
        let id = RequestId::new(&*self.ambient.clock, self.randomness(), place.bucket());
        let is_passed_on = acting.account_id() != caller.account_id();
        let deadline = right.deadline.as_ref().map(|term| *term.get_ref());
        let extension = right.extension.as_ref().map(|term| *term.get_ref());
        let mut steps = vec![Step { at: received_at, what: What::Received }];
        steps.extend(is_passed_on.then_some(Step { at: now, what: What::PassedOn }));
        Ok(Request {
            id,
            account: acting.account_id(),
            passed_on_by: is_passed_on.then_some(caller.account_id()),
            is_taken_over: false,
            right: new.right,
            channel: new.channel,
            record,
            requester,
            identifiers,
            subjects: Vec::new(),
            // Whoever it is passed on to has the whole time from then on. Without a deadline it is the law's month: the
            // checker asks for one.
            terms: Terms::new(
                if is_passed_on { now } else { received_at },
                deadline.unwrap_or_else(|| Span::new().months(1)),
                extension,
            ),
            state: RequestState::Verifying,
            tasks: tasks(&effective, new.right),
            redactions: Vec::new(),
            steps,
            told: None,
            claim: None,
            assigned_to: None,
            version: 0,
        })
    }

    /// Stores what the person said, if they said anything.
    async fn keep_request(
        &self,
        acting: &Caller,
        effective: &Effective,
        new: &NewRequest,
    ) -> Result<(Option<SubjectId>, Option<domain::RecordId>), GateError> {
        let fields = words(new)?;
        if fields.is_empty() {
            return Ok((None, None));
        }
        let declared = declared_or_refused(effective)?;
        let whose = match new.named {
            Named::Vouched(subject, _) => Some(subject),
            // Their address outlives an erasure in the words of the request, so that they can be told of it.
            Named::By(_) | Named::Reached(..) => None,
        };
        let words =
            Words { record_type: declared.record.get_ref(), purpose: declared.purpose.get_ref(), fields };
        let kept = self.keep_words(acting, effective, whose, words).await?;
        Ok((kept.made_for, Some(kept.record)))
    }

    async fn try_open(
        &self,
        acting: &Caller,
        received: Request,
        new: &NewRequest,
        replay: Option<&Replay>,
    ) -> Result<(Request, EntryId), Failed> {
        let (now, effective) = (self.now(), self.effective(acting)?);
        let (request, said) = match &new.named {
            Named::By(_) => (Request { version: 1, ..received.clone() }, None),
            Named::Vouched(subject, how) => {
                let request = received.clone().about(vec![*subject], now).map_err(GateError::NotNow)?;
                (self.unless_doubled(request).await?, Some(how))
            }
            Named::Reached(subject, _) => {
                let request = received.clone().about(vec![*subject], now).map_err(GateError::NotNow)?;
                (self.unless_doubled(request).await?, None)
            }
        };
        let moved = Moved { action: Action::RequestOpened, before: &received, after: request, said };
        let mut unit = Unit { expects: effective.expects(), ..Unit::default() };
        unit.entries.push(self.request_entry(acting, &effective, &moved).await?);
        unit.changes.push(Change::OpenCase(file(&moved.after)?));
        unit.changes.push(self.told_of(moved.action, None, &moved.after).await?);
        unit.changes.extend(self.notices(acting, &effective, &moved).await?);
        self.freeze_for(&mut unit, (None, &moved.after)).await?;
        unit.changes.extend(remember(replay, *received.id.as_bytes()));
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        metrics::counter!("bailee_requests_total", "right" => received.right.as_str()).increment(1);
        Ok((moved.after, first_entry(&committed)?))
    }

    /// The request, or what it is when an open one asks for the same, for everyone whom this one is about.
    pub(super) async fn unless_doubled(&self, request: Request) -> Result<Request, GateError> {
        for subject in &request.subjects {
            for case in self.store.cases_about(domain::CaseKind::Request, *subject).await? {
                let other: Request = crate::cases::read(&case)?;
                if other.id != request.id
                    && other.right == request.right
                    && matches!(other.state, RequestState::Open)
                    && request.subjects.iter().all(|subject| other.subjects.contains(subject))
                {
                    let version = request.version;
                    let doubled = request.duplicate(other.id, self.now()).map_err(GateError::NotNow)?;
                    return Ok(Request { version, ..doubled });
                }
            }
        }
        Ok(request)
    }
}

/// The right that the policy declares.
fn declared_right(effective: &Effective, right: Right) -> Result<&DeclaredRight, GateError> {
    let found = effective.declaring().document().rights.get(right.as_str());
    found.ok_or_else(|| GateError::Malformed("the policy in force declares no such right".to_owned()))
}

fn may_ask(right: &DeclaredRight, role: &str) -> Result<(), GateError> {
    let may = right.roles.iter().any(|name| name.get_ref() == role);
    let no = || {
        GateError::Malformed(format!("the policy does not give this right to people of the role `{role}`"))
    };
    may.then_some(()).ok_or_else(no)
}

/// What systems outside have to do for a request.
fn tasks(effective: &Effective, right: Right) -> Vec<Task> {
    let systems = effective.declaring().document().systems.iter();
    let concerned =
        systems.filter(|(_, system)| system.rights.iter().any(|name| name.get_ref() == right.as_str()));
    concerned.map(|(name, _)| Task { system: name.get_ref().clone(), done_at: None }).collect()
}

/// The fields of the record of a request.
fn words(new: &NewRequest) -> Result<Fields, GateError> {
    let identifiers = match &new.named {
        Named::By(identifiers) => &identifiers[..],
        Named::Reached(_, address) => std::slice::from_ref(address),
        Named::Vouched(..) => &[],
    };
    written(identifiers, [("message", new.message.as_deref()), ("scan", new.scan.as_deref())])
}
