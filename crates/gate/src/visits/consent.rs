//! What a visitor says on the banner: a yes makes a subject of them, and a no that takes it back erases them.

use domain::{
    About, SubjectId, SubjectState, Told,
    choice::{Mechanism, Method},
};

use super::KnownSite;
use crate::{Caller, Gate, GateError, NewChoice, NewSubject};

/// What a visitor says.
pub struct Consent {
    /// Purposes, each with yes or no.
    pub said: Vec<(String, bool)>,
    /// The exact text they were shown.
    pub text: String,
    /// Its language (BCP 47).
    pub language: String,
    /// Whether they clicked, or their browser says it for them.
    pub method: Method,
}

impl Consent {
    /// What holds of it: under the signal of a browser no yes does.
    pub fn stands(&self) -> Vec<(&str, bool)> {
        let may = self.method != Method::SecGpc;
        self.said.iter().map(|(name, is_yes)| (name.as_str(), *is_yes && may)).collect()
    }
}

/// What comes of it for the browser.
#[derive(Debug, PartialEq, Eq)]
pub enum Remembered {
    /// The value of the cookie from now on.
    As(String),
    /// The cookie is to go.
    NoMore,
    /// There was none, and there is none.
    Nothing,
}

/// A purpose that visitors are asked about.
#[derive(Debug, PartialEq, Eq)]
pub struct AskedPurpose {
    /// Its name.
    pub name: String,
    /// What a person calls it.
    pub label: String,
}

impl KnownSite {
    /// The purposes that visitors are asked about: what visits are counted for, and what else they are held for with a yes.
    pub fn asked_purposes(&self) -> Vec<AskedPurpose> {
        let document = self.effective.declaring().document();
        let (Some(role), Some(record)) = (&self.declared.role, &self.declared.record) else {
            return Vec::new();
        };
        if !self.effective.role(role.get_ref()).is_some_and(|role| role.can_choose) {
            return Vec::new();
        }
        let held = document.records.get(record.get_ref().as_str());
        let held = held.map(|record| record.purposes.as_slice()).unwrap_or_default();
        let is_asked = |name: &str| {
            let about = About::Purpose(name.to_owned());
            let mechanism = self.effective.mechanism(&about).flatten();
            let needs_yes = mechanism == Some(Mechanism::OptIn) || name == self.purpose();
            needs_yes && mechanism.is_some() && self.effective.uses_data_of(name, role.get_ref())
        };
        let asked = held.iter().map(|name| name.get_ref().as_str()).filter(|name| is_asked(name));
        let asked = asked.filter_map(|name| {
            let label = document.purposes.get(name)?.label.get_ref().clone();
            Some(AskedPurpose { name: name.to_owned(), label })
        });
        if self.declared.cookie.is_some() { asked.collect() } else { Vec::new() }
    }

    /// The version of the policy that says so, and its language.
    pub fn told_by(&self) -> (&str, &str) {
        let policy = self.effective.declaring();
        (policy.version(), &policy.document().policy.get_ref().locale)
    }
}

impl Gate {
    /// Records what a visitor says; where their browser says no for them, all of it is a no. Without a yes to what visits are counted for nobody is made known, and whoever was is erased.
    ///
    /// # Errors
    /// A purpose that nobody is asked about, or a store fails.
    pub async fn consent(
        &self,
        known: &KnownSite,
        cookie: Option<&str>,
        consent: &Consent,
    ) -> Result<Remembered, GateError> {
        let asked = known.asked_purposes();
        if consent.said.iter().any(|(name, _)| asked.iter().all(|asked| asked.name != *name)) {
            let unknown = "a purpose that visitors of this site are not asked about";
            return Err(GateError::Malformed(unknown.to_owned()));
        }
        let stands = consent.stands();
        let is_yes = stands.iter().any(|(name, is_yes)| *is_yes && *name == known.purpose());
        let before = self.known_visitor(known, cookie).await?;
        let subject = match before {
            Some(subject) => subject,
            None if is_yes => self.new_visitor(known).await?,
            None => return Ok(Remembered::Nothing),
        };
        let caller = self.by_visitor(known, subject).await?;
        for (name, is_yes) in stands {
            self.choose(&caller, subject, &new_choice(name, is_yes, consent)).await?;
        }
        if is_yes {
            return Ok(Remembered::As(self.visitor_cookie(&known.site, subject)?));
        }
        self.erase(&caller, subject).await?;
        Ok(Remembered::NoMore)
    }

    /// A visitor whom the cookie names and who is not erased.
    async fn known_visitor(
        &self,
        known: &KnownSite,
        cookie: Option<&str>,
    ) -> Result<Option<SubjectId>, GateError> {
        let Some(id) = cookie.and_then(|cookie| self.named_by(&known.site, cookie)) else { return Ok(None) };
        let found = self.store.subject(id).await?;
        let found = found.filter(|(subject, _)| {
            let role = known.declared.role.as_ref().map(|role| role.get_ref());
            subject.account == known.site.account
                && subject.state == SubjectState::Active
                && Some(&subject.role) == role
        });
        Ok(found.map(|(subject, _)| subject.id))
    }

    async fn new_visitor(&self, known: &KnownSite) -> Result<SubjectId, GateError> {
        let role = known.declared.role.as_ref().ok_or(GateError::NotFound("role"))?.get_ref().clone();
        let caller = Caller::system(self.account(known.site.account).await?);
        let new = NewSubject { role, region: None, age: Told::default() };
        let (subject, ..) = self.create_subject(&caller, &new, None).await?;
        Ok(subject.id)
    }

    async fn by_visitor(&self, known: &KnownSite, subject: SubjectId) -> Result<Caller, GateError> {
        let account = self.account(known.site.account).await?;
        Ok(Caller { person: Some(subject), ..Caller::system(account) })
    }
}

fn new_choice(name: &str, is_yes: bool, consent: &Consent) -> NewChoice {
    NewChoice {
        about: About::Purpose(name.to_owned()),
        is_yes,
        method: consent.method,
        text: Some(consent.text.clone()),
        language: Some(consent.language.clone()),
    }
}
