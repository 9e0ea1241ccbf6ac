//! What a site may show next, as its account says. Items are of nobody, so they are kept as cases, with an entry for each change.

use domain::{
    Action, CaseId,
    item::{Item, MOST_ITEMS, Terms, is_name},
};
use jiff::Timestamp;
use store::{Change, CommitError, Conflict, Unit};

use super::KnownSite;
use crate::{
    Caller, Gate, GateError,
    attempts::Failed,
    cases::{file, read},
};

impl Gate {
    /// The items of a site of the caller's account, by name.
    ///
    /// # Errors
    /// There is no such site, or the data store fails.
    pub async fn items(&self, caller: &Caller, site: &str) -> Result<Vec<Item>, GateError> {
        let known = self.site(Some(caller.account_id()), site)?;
        self.items_on(&known).await
    }

    /// An item of a site of the caller's account.
    ///
    /// # Errors
    /// There is none, or the data store fails.
    pub async fn item(&self, caller: &Caller, site: &str, name: &str) -> Result<Item, GateError> {
        self.site(Some(caller.account_id()), site)?;
        self.item_named(caller, site, name).await?.ok_or(GateError::NotFound("item"))
    }

    /// Puts an item on a site of the caller's account, in place of one that has its name.
    ///
    /// # Errors
    /// There is no such site, what is said cannot be meant, there are too many, or a store fails.
    pub async fn put_item(
        &self,
        caller: &Caller,
        (site, name): (&str, &str),
        terms: &Terms,
    ) -> Result<Item, GateError> {
        let known = self.site(Some(caller.account_id()), site)?;
        if !is_name(name) {
            let mend = "the name of an item is 1 to 64 small letters, digits, `-` and `_`";
            return Err(GateError::Malformed(mend.to_owned()));
        }
        terms.check().map_err(GateError::Malformed)?;
        if !terms.tags.iter().all(|tag| known.declared.interests.contains_key(tag.as_str())) {
            let mend = "a tag is an interest that the site's policy declares: see `interests`";
            return Err(GateError::Malformed(mend.to_owned()));
        }
        let attempt = || self.try_put(caller, &known, name, terms);
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    async fn try_put(
        &self,
        caller: &Caller,
        known: &KnownSite,
        name: &str,
        terms: &Terms,
    ) -> Result<Item, Failed> {
        let site = known.site.name.clone();
        let before = self.item_named(caller, &site, name).await?;
        if caller.is_somebody()
            && before.is_none()
            && self.all_of::<Item>(caller, true).await?.len() >= MOST_ITEMS
        {
            let mend = format!("an account has {MOST_ITEMS} items at most: remove one first");
            return Err(GateError::Malformed(mend).into());
        }
        let item = Item {
            id: self.item_id(caller, &site, name)?,
            account: caller.account_id(),
            site,
            name: name.to_owned(),
            terms: terms.clone(),
            version: before.as_ref().map_or(1, |before| before.version + 1),
        };
        let case = file(&item)?;
        let change = if before.is_some() { Change::ReplaceCase(case) } else { Change::OpenCase(case) };
        self.commit_item(caller, (Action::ItemChanged, &item), change).await?;
        Ok(item)
    }

    /// Removes an item of a site of the caller's account.
    ///
    /// # Errors
    /// There is none, or a store fails.
    pub async fn remove_item(&self, caller: &Caller, site: &str, name: &str) -> Result<(), GateError> {
        let attempt = async || {
            let item = self.item(caller, site, name).await?;
            let change = Change::RemoveCase(item.id, item.version);
            self.commit_item(caller, (Action::ItemRemoved, &item), change).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    async fn commit_item(
        &self,
        caller: &Caller,
        (action, item): (Action, &Item),
        change: Change,
    ) -> Result<(), Failed> {
        let effective = self.effective(caller)?;
        let mut detail = self.detail_under(caller, action, &effective);
        detail.note = Some(format!("{} of {}", item.name, item.site));
        let entry = self.account_entry(item.account, &detail)?;
        let unit = Unit { expects: effective.expects(), changes: vec![change], entries: vec![entry] };
        match self.commit(unit).await {
            Ok(_) => Ok(()),
            // Another one put it there meanwhile.
            Err(CommitError::Conflict(Conflict::Exists)) => Err(GateError::Busy.into()),
            Err(error) => Err(Failed::Commit(error)),
        }
    }

    /// The items of a site, by name.
    pub(super) async fn items_on(&self, known: &KnownSite) -> Result<Vec<Item>, GateError> {
        let caller = Caller::system(self.account(known.site.account).await?);
        let mut items = self.all_of::<Item>(&caller, true).await?;
        items.retain(|item| item.site == known.site.name);
        items.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(items)
    }

    async fn item_named(&self, caller: &Caller, site: &str, name: &str) -> Result<Option<Item>, GateError> {
        let id = self.item_id(caller, site, name)?;
        let case = self.store.case(domain::CaseKind::Item, id).await?;
        case.as_ref().map(read).transpose()
    }

    /// The same for the same name, so that of two who put it there one does.
    fn item_id(&self, caller: &Caller, site: &str, name: &str) -> Result<CaseId, GateError> {
        let hash = self.repetition_hash(caller, &[b"item", site.as_bytes(), name.as_bytes()])?;
        let bytes = hash.first_chunk().ok_or(GateError::Damaged("a hash"))?;
        Ok(CaseId::derived(Timestamp::UNIX_EPOCH, *bytes, caller.account_id().bucket()))
    }
}
