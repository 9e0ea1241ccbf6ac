//! Choices through the door: what a person says about a purpose or a recipient, with the evidence of it.
//!
//! A choice raises its subject's version, which every decision expects: so it binds at the next one, whichever process
//! makes it. What the person was shown and how they answered is in the choice's entry, sealed under their key; the
//! receipt is taken from there.

mod receipt;
mod statement;

use domain::{
    About, Action, Choice, ChoiceId, ChoiceState, Detail, EntryId, EventKind, Subject, SubjectId,
    choice::{Evidence, Mechanism, Method, Said, next},
    event::Facts,
};
use store::{Change, Unit};

use crate::{
    Caller, Gate, GateError, attempts::Failed, policies::Effective, records::first_entry, visits::overtaken,
};

pub use receipt::{Receipt, ReceiptError, verify_receipt};

/// What a person says.
#[derive(Debug, Clone)]
pub struct NewChoice {
    /// About what.
    pub about: About,
    /// Yes or no.
    pub is_yes: bool,
    /// How they said it.
    pub method: Method,
    /// The exact text they were shown. A no may do without: it must never be harder to say than a yes.
    pub text: Option<String>,
    /// The language of the text (BCP 47).
    pub language: Option<String>,
}

impl Gate {
    /// Records what a person chose. It binds every decision from now on.
    ///
    /// # Errors
    /// The subject is not there or gone; the policy declares no such thing, or leaves no choice about it, to anyone or to
    /// people of this role; a yes without the text that was agreed to; or a store fails.
    pub async fn choose(
        &self,
        caller: &Caller,
        subject: SubjectId,
        new: &NewChoice,
    ) -> Result<(Choice, EntryId), GateError> {
        self.retried(|| self.try_choose(caller, subject, new, offered)).await.map_err(Failed::into_error)
    }

    /// Records that an objection to something the policy leaves no choice about was granted (GDPR, article 21). It binds
    /// every decision from now on.
    ///
    /// # Errors
    /// The subject is not there or gone, the policy declares no such thing, or a store fails.
    pub(crate) async fn object(
        &self,
        caller: &Caller,
        subject: SubjectId,
        new: &NewChoice,
    ) -> Result<(Choice, EntryId), GateError> {
        let declared = |effective: &Effective, _: &Subject, new: &NewChoice| {
            let mechanism = effective.mechanism(&new.about);
            mechanism
                .map(|found| found.unwrap_or(Mechanism::OptOut))
                .ok_or(GateError::NotFound("purpose or recipient"))
        };
        self.retried(|| self.try_choose(caller, subject, new, declared)).await.map_err(Failed::into_error)
    }

    async fn try_choose(
        &self,
        caller: &Caller,
        subject: SubjectId,
        new: &NewChoice,
        offered: impl Fn(&Effective, &Subject, &NewChoice) -> Result<Mechanism, GateError>,
    ) -> Result<(Choice, EntryId), Failed> {
        let (subject, keys) = self.living_subject(caller, subject).await?;
        let effective = self.effective(caller)?;
        let mechanism = offered(&effective, &subject, new)?;
        check_evidence(new)?;
        let choice = self.new_choice(&effective, &subject, new);
        let detail = self.choice_detail(caller, &effective, &subject, &choice, (new, mechanism));
        let standing = subject.choices.with(&choice.about, choice.said);
        let entry = self.entry(&self.audit_key(&subject, &keys).await?, Some(subject.id), &detail);
        let facts = Facts {
            subject: Some(subject.id),
            choice: Some(choice.id),
            about: Some(choice.about.to_string()),
            said: Some(choice.said.state),
            ..Facts::default()
        };
        let told = self.tell(subject.account, EventKind::ChoiceChanged, facts);
        let changes = vec![Change::AddChoice(choice.clone(), standing), told];
        let mut unit = Unit { expects: effective.expects_of(&subject), changes, entries: vec![entry] };
        if !new.is_yes {
            unit.changes.extend(self.forgotten_visits((&subject, &keys), Some(&new.about)).await?);
            let about = Some(&new.about);
            unit.extend(self.ended_uses((caller, &effective), (&subject, &keys), about).await?);
        }
        let ends = !new.is_yes && unit.entries.len() > 1;
        let entry = first_entry(&self.commit(unit).await.map_err(overtaken)?)?;
        if ends {
            self.shred_ended().await?;
        }
        Ok((Choice { entry: Some(entry), ..choice }, entry))
    }

    fn new_choice(&self, effective: &Effective, subject: &Subject, new: &NewChoice) -> Choice {
        let before = subject.choices.about(&new.about).map(|said| said.state);
        Choice {
            id: ChoiceId::new(&*self.ambient.clock, self.randomness(), subject.id.bucket()),
            subject: subject.id,
            version: subject.version + 1,
            about: new.about.clone(),
            said: Said {
                state: next(before, new.is_yes),
                policy: effective.operator.number,
                own_policy: effective.account.as_ref().map_or(0, |(_, own)| own.number),
            },
            at: self.now(),
            entry: None,
        }
    }

    pub(crate) fn choice_detail(
        &self,
        caller: &Caller,
        effective: &Effective,
        subject: &Subject,
        choice: &Choice,
        (new, mechanism): (&NewChoice, Mechanism),
    ) -> Detail {
        let name = choice.about.name().to_owned();
        let (purpose, recipient) = match choice.about {
            About::Purpose(_) => (Some(name), None),
            About::Recipient(_) => (None, Some(name)),
            About::Processing => (None, None),
        };
        let promise = if choice.said.state == ChoiceState::Granted {
            policy::Promise::Consent
        } else {
            policy::Promise::UserChoice
        };
        let evidence = Evidence {
            choice: choice.id,
            about: choice.about.to_string(),
            state: choice.said.state,
            mechanism,
            method: new.method,
            own_policy: effective.account.as_ref().map(|(_, own)| own.number),
            statement: statement::of(effective, subject, choice, new),
        };
        Detail {
            at: choice.at,
            subject: Some(subject.id),
            purpose,
            recipient,
            clause: Some(effective.declaring().clause(&evidence.about, promise).section),
            choice: Some(evidence),
            ..self.detail_under(caller, Action::ChoiceChanged, effective)
        }
    }

    /// What stands of a subject of the caller's account about one thing; none when they said nothing, or when the policy
    /// asks again since.
    ///
    /// # Errors
    /// The subject is not there or gone, the policy declares no such thing, or the data store fails.
    pub async fn standing(
        &self,
        caller: &Caller,
        subject: SubjectId,
        about: &About,
    ) -> Result<Option<Said>, GateError> {
        let (subject, _) = self.living_subject(caller, subject).await?;
        let effective = self.effective(caller)?;
        effective.mechanism(about).ok_or(GateError::NotFound("purpose or recipient"))?;
        let holds = effective.choices_of(&subject).0.contains_key(&about.to_string());
        Ok(subject.choices.about(about).filter(|_| holds))
    }

    /// The choices of a subject of the caller's account, newest first, before the one that gave it the version `before`.
    ///
    /// # Errors
    /// The subject is not there or gone, or the data store fails.
    pub async fn choices_of(
        &self,
        caller: &Caller,
        subject: SubjectId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<Choice>, GateError> {
        self.living_subject(caller, subject).await?;
        Ok(self.store.choices_of(subject, before, limit).await?)
    }
}

/// How a choice about this comes about, for people of the subject's role. A yes can be taken back whatever the policy says
/// by now.
pub(crate) fn offered(
    effective: &Effective,
    subject: &Subject,
    new: &NewChoice,
) -> Result<Mechanism, GateError> {
    let about = &new.about;
    let mechanism = effective.mechanism(about);
    let stands = subject.choices.about(about).is_some_and(|said| said.state == ChoiceState::Granted);
    if stands && !new.is_yes {
        return Ok(mechanism.flatten().unwrap_or(Mechanism::OptOut));
    }
    let mechanism = mechanism.ok_or(GateError::NotFound("purpose or recipient"))?;
    let no = |why: String| Err(GateError::Malformed(why));
    if let About::Purpose(name) = about
        && !effective.uses_data_of(name, &subject.role)
    {
        return no(format!("`{about}` does not use data of people of the role `{}`", subject.role));
    }
    match mechanism {
        _ if !effective.role(&subject.role).is_some_and(|role| role.can_choose) => {
            no(format!("people of the role `{}` make no choices here", subject.role))
        }
        // An objection that was granted can be taken back.
        None if new.is_yes && subject.choices.is_no(about) => Ok(Mechanism::OptOut),
        None => no(format!("the policy leaves no choice about `{about}`")),
        Some(mechanism) => Ok(mechanism),
    }
}

/// What a yes needs: to be somebody's, and words that were agreed to.
fn check_evidence(new: &NewChoice) -> Result<(), GateError> {
    let malformed = |why: &str| Err(GateError::Malformed(why.to_owned()));
    match (new.is_yes, new.method, &new.text) {
        (true, Method::SecGpc, _) => malformed("a browser's signal only ever says no"),
        (true, _, None) => {
            malformed("a yes needs the `text` that the person agreed to, in the words they were shown")
        }
        _ => Ok(()),
    }
}
