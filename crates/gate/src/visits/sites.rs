//! Sites: which one is meant, and what its policy lets be counted.

use domain::{
    About, AccountId, AccountState, ChoiceState, Subject,
    choice::Mechanism,
    item::is_name,
    visit::{Hit, Site, What},
};
use policy::document;

use crate::{Effective, Gate, GateError};

/// What is told of items, of which no site need declare anything.
const OF_ITEMS: [&str; 2] = ["item_shown", "item_clicked"];

/// A site of an account, under the policy in force.
pub struct KnownSite {
    /// Which.
    pub site: Site,
    /// What the policy declares of it.
    pub declared: document::Site,
    pub(crate) effective: Effective,
}

impl KnownSite {
    /// What visits are counted for.
    pub fn purpose(&self) -> &str {
        self.declared.purpose.get_ref()
    }

    /// The name of the cookie that recognises visitors, and how long it lives; none where nobody is recognised.
    pub fn cookie(&self) -> Option<(&str, Option<jiff::Span>)> {
        let name = self.declared.cookie.as_ref()?.get_ref();
        let declared = self.effective.declaring().document().cookies.get(name.as_str())?;
        let name = declared.called(name).first().copied()?;
        Some((name, declared.life.as_ref().map(|life| *life.get_ref())))
    }

    /// How visits are tied to people; none where they are not.
    pub fn link(&self) -> Option<&document::SiteUse> {
        self.declared.link.as_ref().map(|link| link.get_ref())
    }

    /// Whether a subject says yes to a purpose, under the policy in force.
    pub(super) fn is_agreed(&self, subject: &Subject, purpose: &str) -> bool {
        let about = About::Purpose(purpose.to_owned());
        let said_yes = subject.choices.about(&about).is_some_and(|said| said.state == ChoiceState::Granted);
        said_yes && self.effective.choices_of(subject).0.contains_key(&about.to_string())
    }

    /// What a subject's visits are held for from now on, besides being counted: what they said yes to.
    pub(super) fn agreed_uses(&self, subject: &Subject) -> Vec<String> {
        let used = self.declared.link.iter().chain(&self.declared.tailor);
        let purposes = used.map(|used| used.get_ref().purpose.get_ref());
        purposes.filter(|purpose| self.is_agreed(subject, purpose)).cloned().collect()
    }

    /// Whether hits from a host are this site's.
    pub fn has_host(&self, host: &str) -> bool {
        self.declared.hosts.iter().any(|known| known.get_ref() == host)
    }

    /// Whether visitors may be counted who have said nothing: not where it takes a yes.
    pub(super) fn counts_strangers(&self) -> bool {
        let about = domain::About::Purpose(self.purpose().to_owned());
        self.effective.mechanism(&about).is_some_and(|mechanism| mechanism != Some(Mechanism::OptIn))
    }

    /// Whether the policy declares what a hit tells of an event.
    pub(super) fn declares(&self, hit: &Hit) -> bool {
        let What::Event { name, properties } = &hit.what else { return true };
        if OF_ITEMS.contains(&name.as_str()) {
            return properties.iter().all(|(told, item)| told == "item" && is_name(item))
                && !properties.is_empty();
        }
        let declared = self.declared.events.get(name.as_str());
        declared.is_some_and(|known| {
            properties.keys().all(|property| known.iter().any(|known| known.get_ref() == property))
        })
    }
}

impl Gate {
    /// A site by its name: the operator's, or one of an account.
    ///
    /// # Errors
    /// There is none, or its account is not at work.
    pub fn site(&self, account: Option<AccountId>, name: &str) -> Result<KnownSite, GateError> {
        let unknown = || GateError::NotFound("site");
        let account = match account {
            Some(account) => account,
            None => self.operator()?.id,
        };
        let known = self.accounts.account(account).ok_or_else(unknown)?;
        if known.state != AccountState::Active {
            return Err(unknown());
        }
        let effective = self.policy(account)?;
        let declared = effective.own().and_then(|own| own.document().sites.get(name)).cloned();
        let declared = declared.ok_or_else(unknown)?;
        Ok(KnownSite { site: Site { account, name: name.to_owned() }, declared, effective })
    }

    /// The names of an account's sites.
    ///
    /// # Errors
    /// No policy is in force.
    pub fn sites(&self, account: AccountId) -> Result<Vec<String>, GateError> {
        let effective = self.policy(account)?;
        let own = effective.own().map(|own| own.document().sites.keys());
        Ok(own.into_iter().flatten().map(|name| name.get_ref().clone()).collect())
    }
}
