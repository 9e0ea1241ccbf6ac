//! Opening what a message needs at the moment it is sent: the address from where it stands, and what there is to say. Each
//! opening is one of the gate's, under the policy's purpose for requests, with its entry.

use domain::{
    Address, Hold, HoldState, Incident, Message, Personal, Record, Request, RequestState, Right,
    SubjectState,
    detector::Detector,
    id::{IncidentId, RecordId, RequestId},
    incident::Countdown,
    message::{Template, Topic, Unsent},
    request::Milestone,
};
use jiff::{Timestamp, civil::Date};
use policy::document::Document;

use super::Waits;
use crate::{Announcement, Caller, Gate, GateError, requests::declared_or_refused};

/// The top-level domain that leads nowhere (RFC 2606): nothing is sent there.
const NOWHERE: &str = ".invalid";

/// A message with all that it takes to write and to send it.
#[derive(Debug)]
pub struct Letter {
    /// The message, taken.
    pub message: Message,
    /// Where it goes.
    pub to: Personal<String>,
    /// Whom it is from: the controller whom the account's policy names.
    pub controller: String,
    /// Whom to turn to with a complaint.
    pub custodian: String,
    /// What there is to say.
    pub says: Says,
    /// The secret of a link: beside a code, what proves the same; where it tells of an erasure that was asked for, what opens the
    /// certificate.
    pub link: Option<Personal<String>>,
}

/// What there is to say.
#[derive(Debug)]
pub enum Says {
    /// A code, and until when it is good.
    Code(Box<Request>, Personal<String>, Timestamp),
    /// How a request stands, and the reason that was given for it.
    Request(Box<Request>, Option<Personal<String>>),
    /// How a hold stands.
    Hold(Box<Hold>),
    /// How an incident stands.
    Incident(Box<Incident>, Countdown),
    /// What a version of the policy changes.
    Policy(Announcement),
    /// What opens the privacy center, and until when.
    Link(Personal<String>, Timestamp),
    /// The secret of a link that opens the page where a password is set, and until when it does; none to somebody who needs none.
    Password(Option<(Personal<String>, Timestamp)>),
    /// What waits today.
    Waits(Waits),
}

/// Why there is no letter.
pub(super) enum Stopped {
    /// It cannot be sent, for a reason that stays.
    For(Unsent),
    /// Something failed that may not the next time.
    By(GateError),
}

impl<T: Into<GateError>> From<T> for Stopped {
    fn from(error: T) -> Self {
        match error.into() {
            GateError::Gone(_) | GateError::NotFound(_) => Self::For(Unsent::Gone),
            GateError::Refused { .. } | GateError::Malformed(_) => Self::For(Unsent::NotAllowed),
            error => Self::By(error),
        }
    }
}

impl Gate {
    pub(super) async fn letter(&self, message: &Message) -> Result<Letter, Stopped> {
        self.must_live(message).await?;
        let says = self.what_to_say(message).await?;
        let account = self.account(message.account).await?;
        let effective = self.effective(&Caller::system(account))?;
        let declaring = effective.declaring().document();
        let of_operator = effective.operator.policy.document();
        let custodian = custodian(declaring).or_else(|| custodian(of_operator)).unwrap_or_default();
        let to = match &message.to {
            Address::Custodian => custodian.clone(),
            Address::Identifier { request, place } => self.identifier_of(*request, *place).await?,
            Address::Record { record, field } => {
                let purpose = self.purpose_of(message).await?;
                self.field_of(*record, field, purpose.as_deref()).await?
            }
            Address::Nowhere => return Err(Stopped::For(Unsent::NoAddress)),
        };
        if !Detector::Email.matches(&to) || to.to_lowercase().ends_with(NOWHERE) {
            return Err(Stopped::For(Unsent::NoAddress));
        }
        if let Some(Topic::Link(id)) = message.about
            && !self.is_asked_for_at(id, &to).await?
        {
            return Err(Stopped::For(Unsent::Superseded));
        }
        let controller = declaring.controller.get_ref().name.get_ref().clone();
        let link = self.link_beside(&says, &message.to).await?.map(Personal::new);
        let (message, to) = (message.clone(), Personal::new(to));
        Ok(Letter { message, to, controller, custodian, says, link })
    }

    /// The secret of the link that stands beside what is said.
    async fn link_beside(&self, says: &Says, to: &Address) -> Result<Option<String>, GateError> {
        match (says, to) {
            (Says::Request(request, _), _) if !request.erasures().is_empty() => {
                self.certificate_link(request).await.map(Some)
            }
            (Says::Code(request, ..), Address::Identifier { place, .. }) => {
                let acting = Caller::system(self.account(request.account).await?);
                Ok(self.code_link(&acting, request, *place).await?.map(|token| token.to_text()))
            }
            _ => Ok(None),
        }
    }

    /// Whoever was erased is not written to any more, but for the answer to their request to be.
    async fn must_live(&self, message: &Message) -> Result<(), Stopped> {
        let Some(subject) = message.subject else { return Ok(()) };
        if let (Template::Fulfilled, Some(Topic::Request(id))) = (message.template, message.about) {
            let request: Request = self.filed(*id.as_bytes()).await?;
            if request.right == Right::Erasure {
                return Ok(());
            }
        }
        match self.store.subject(subject).await.map_err(GateError::from)? {
            Some((subject, _)) if subject.state == SubjectState::Active => Ok(()),
            _ => Err(Stopped::For(Unsent::Erased)),
        }
    }

    async fn what_to_say(&self, message: &Message) -> Result<Says, Stopped> {
        match message.about {
            Some(Topic::Request(id)) => self.say_of_request(message, id).await,
            Some(Topic::Hold(id)) => {
                let hold: Hold = self.filed(*id.as_bytes()).await?;
                match hold.state {
                    HoldState::Placed { review_at } if review_at <= self.now() => {
                        Ok(Says::Hold(Box::new(hold)))
                    }
                    HoldState::Placed { .. } | HoldState::Released { .. } => {
                        Err(Stopped::For(Unsent::Superseded))
                    }
                }
            }
            Some(Topic::Incident(id)) => self.say_of_incident(message.template, id).await,
            Some(Topic::Policy(announced)) => {
                // Another process may have published it a moment ago.
                self.refresh().await?;
                let account = self.account(announced.client).await?;
                let announcement = self.announcement(message.template, announced.version, &account);
                announcement.map(Says::Policy).ok_or(Stopped::For(Unsent::Superseded))
            }
            Some(Topic::Link(id)) => {
                let link = self.link_in_force(id).await?;
                let (secret, until) = link.ok_or(Stopped::For(Unsent::Superseded))?;
                Ok(Says::Link(Personal::new(secret), until))
            }
            Some(Topic::Member(id)) => {
                let link = self.password_link(message.template, id).await?;
                link.map(Says::Password).ok_or(Stopped::For(Unsent::Superseded))
            }
            Some(Topic::Day(day)) => self.say_of_day(message, day).await,
            None => Err(Stopped::For(Unsent::Gone)),
        }
    }

    /// What waits now; nothing of another day, nor when nothing does any more.
    async fn say_of_day(&self, message: &Message, day: Date) -> Result<Says, Stopped> {
        let system = Caller::system(self.account(message.account).await?);
        let waits = self.what_waits(&system).await?;
        if day != self.today() || waits.is_nothing() {
            return Err(Stopped::For(Unsent::Superseded));
        }
        Ok(Says::Waits(waits))
    }

    async fn say_of_request(&self, message: &Message, id: RequestId) -> Result<Says, Stopped> {
        let request: Request = self.filed(*id.as_bytes()).await?;
        let acting = Caller::system(self.account(request.account).await?);
        if let (Template::Code { number }, Address::Identifier { place, .. }) =
            (message.template, &message.to)
        {
            let code = self.code_in_force(&acting, &request, *place, number).await?;
            let (code, until) = code.ok_or(Stopped::For(Unsent::Superseded))?;
            return Ok(Says::Code(Box::new(request), Personal::new(code), until));
        }
        if !is_so_still(message.template, &request) {
            return Err(Stopped::For(Unsent::Superseded));
        }
        let because = self.reason_of(&acting, message, &request).await?;
        Ok(Says::Request(Box::new(request), because))
    }

    /// The reason that was given in the entry of what is told. It is free text, so it goes only to whoever showed by a code
    /// that they read it, or where the account would write to its own people.
    async fn reason_of(
        &self,
        acting: &Caller,
        message: &Message,
        request: &Request,
    ) -> Result<Option<Personal<String>>, GateError> {
        let has_reason =
            matches!(message.template, Template::Extended | Template::Paused | Template::Refused);
        if !has_reason || !self.may_read_reasons(&message.to, request).await? {
            return Ok(None);
        }
        let Some(entry) = self.entry_of(message).await? else { return Ok(None) };
        let detail = self.open_entry(acting, entry, message.subject).await?;
        Ok(detail.and_then(|detail| detail.case?.because).map(Personal::new))
    }

    async fn may_read_reasons(&self, to: &Address, request: &Request) -> Result<bool, GateError> {
        Ok(match to {
            Address::Identifier { place, .. } => request.is_proved_by_code(*place),
            Address::Record { record, .. } => {
                let held = self.store.record(*record).await?;
                held.is_some_and(|held| held.record.account == request.account)
            }
            Address::Custodian | Address::Nowhere => false,
        })
    }

    async fn say_of_incident(&self, template: Template, id: IncidentId) -> Result<Says, Stopped> {
        let found = self.store.incident(id).await.map_err(GateError::from)?;
        let incident = found.ok_or(Stopped::For(Unsent::Gone))?;
        let of_half = Template::IncidentClock { milestone: Milestone::Half };
        match incident.countdown(self.now()) {
            // That they are over is told by another message.
            Countdown::Overdue { .. } if template == of_half => Err(Stopped::For(Unsent::Superseded)),
            countdown @ (Countdown::Running { .. }
            | Countdown::Warning { .. }
            | Countdown::Overdue { .. }) => Ok(Says::Incident(Box::new(incident), countdown)),
            Countdown::Met | Countdown::Late { .. } | Countdown::NotNeeded => {
                Err(Stopped::For(Unsent::Superseded))
            }
        }
    }

    /// What a person wrote as an identifier of their request.
    async fn identifier_of(&self, request: RequestId, place: usize) -> Result<String, GateError> {
        let request: Request = self.filed(*request.as_bytes()).await?;
        let acting = Caller::system(self.account(request.account).await?);
        let identifier = request.identifiers.get(place).ok_or(GateError::Gone("identifier"))?;
        self.identifier_value(&acting, &request, &identifier.field).await
    }

    /// Under which purpose the address of a message is opened: of whoever signs in, the one under which they do.
    async fn purpose_of(&self, message: &Message) -> Result<Option<String>, GateError> {
        match message.about {
            Some(Topic::Member(id)) => self.sign_in_purpose(id).await.map(Some),
            _ => Ok(None),
        }
    }

    /// A field of a record, whosever account holds it, for a purpose or else that of requests.
    async fn field_of(&self, id: RecordId, field: &str, purpose: Option<&str>) -> Result<String, GateError> {
        let held = self.store.record(id).await?.ok_or(GateError::Gone("record"))?;
        let Record { account, .. } = held.record;
        let acting = Caller::system(self.account(account).await?);
        let purpose = match purpose {
            Some(purpose) => purpose.to_owned(),
            None => declared_or_refused(&self.effective(&acting)?)?.purpose.get_ref().clone(),
        };
        let opened = self.read_record(&acting, id, &purpose, None).await?;
        let fields = opened.fields.into_revealed();
        let value = fields.get(field).and_then(serde_json::Value::as_str);
        value.map(str::to_owned).ok_or(GateError::Gone("field"))
    }
}

/// Whether what a message tells of a request is still so.
const fn is_so_still(template: Template, request: &Request) -> bool {
    match template {
        Template::Paused => request.is_open() && request.terms.is_paused(),
        Template::Extended | Template::PassedOn | Template::RequestClock { .. } => request.is_open(),
        Template::Refused => matches!(request.state, RequestState::Refused { .. }),
        Template::Fulfilled => matches!(request.state, RequestState::Fulfilled { .. }),
        _ => true,
    }
}

/// The custodian's e-mail address.
fn custodian(document: &Document) -> Option<String> {
    let email = document.custodian.as_ref()?.get_ref().email.as_ref()?;
    Some(email.get_ref().clone())
}
