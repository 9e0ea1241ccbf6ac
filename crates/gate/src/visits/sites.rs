//! Sites: which one is meant, and what its policy lets be counted.

use domain::{
    AccountId, AccountState,
    choice::Mechanism,
    visit::{Hit, Site, What},
};
use policy::document;

use crate::{Effective, Gate, GateError};

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
