//! What is shown next. Of who said yes it is picked here, by what stands in a record of theirs; anybody else is told what there is, the
//! same for all, and their browser picks.

use domain::{
    Subject,
    ambient::random_bytes,
    item::{Interests, Item, Shown, candidates, pick},
    visit::{Visit, Visitor, What},
};
use policy::document::{self, SHOWN, TAKEN_INTEREST};
use serde_json::{Value, json};
use store::{Unit, subjects::KeyBinding};

use super::{KnownSite, closing::kept, overtaken};
use crate::{Caller, Fields, Gate, GateError, attempts::Failed};

/// What is shown next in a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextItem {
    /// It was picked for a visitor who said yes; none where all that runs was shown as often as may be.
    Picked(Option<Item>),
    /// What runs there: nothing is known of whoever asks, and nothing is kept.
    Candidates(Vec<Item>),
}

/// A visitor for whom something may be picked.
type Tailored = (Subject, Vec<KeyBinding>);

impl Gate {
    /// What is shown next in a slot of a site, to a visitor whom their cookie names.
    ///
    /// # Errors
    /// A store fails.
    pub async fn next_item(
        &self,
        known: &KnownSite,
        slot: &str,
        visitor: Option<&str>,
    ) -> Result<NextItem, GateError> {
        match self.retried(|| self.try_next(known, slot, visitor)).await.map_err(Failed::into_error) {
            // The policy does not let it be picked for them.
            Err(GateError::Refused { .. }) => {
                let items = self.items_on(known).await?;
                Ok(NextItem::Candidates(candidates(items, (&known.site.name, slot), self.now())))
            }
            other => other,
        }
    }

    async fn try_next(
        &self,
        known: &KnownSite,
        slot: &str,
        visitor: Option<&str>,
    ) -> Result<NextItem, Failed> {
        let (items, now) = (self.items_on(known).await?, self.now());
        let running = candidates(items.clone(), (&known.site.name, slot), now);
        let Some((used, found)) = self.tailored(known, visitor).await? else {
            return Ok(NextItem::Candidates(running));
        };
        let visited = self.visited(known, &found).await?;
        let dice = u64::from_be_bytes(random_bytes(self.randomness()));
        let mut picked = None;
        let change = |fields: &Fields| {
            let (interests, mut shown) = (interests(fields), shown(fields));
            let mut liked = interests.clone();
            liked.merge(&visited);
            if let Some(item) = pick(&running, (&liked, &shown), now, dice) {
                shown.note(&items, item, now);
                picked = Some(item.clone());
            }
            written(&interests, &shown)
        };
        let caller = Caller::system(self.account(known.site.account).await?);
        let asked = (&caller, &known.effective);
        let unit = Box::pin(self.profile_unit(asked, &found, used, change)).await?;
        if let Some(unit) = unit {
            self.commit(unit).await.map_err(overtaken)?;
        }
        Ok(NextItem::Picked(picked))
    }

    /// The visitor for whom something may be picked, where they said yes to it and nothing keeps what is known of them as it is.
    async fn tailored<'a>(
        &self,
        known: &'a KnownSite,
        visitor: Option<&str>,
    ) -> Result<Option<(&'a document::SiteUse, Tailored)>, GateError> {
        let (Some(used), Some(visitor)) = (known.tailor(), visitor) else { return Ok(None) };
        let Some(id) = self.visitor_named(&known.site, visitor)? else { return Ok(None) };
        let Some((subject, keys)) = self.store.subject(id).await? else { return Ok(None) };
        let may = self.may_recognise(known, &subject)?
            && known.is_agreed(&subject, used.purpose.get_ref())
            && subject.freezes.held(used.record.get_ref()).is_none();
        Ok(may.then_some((used, (subject, keys))))
    }

    /// What the pages of a visit that is not over say of somebody's interests.
    async fn visited(&self, known: &KnownSite, (subject, keys): &Tailored) -> Result<Interests, GateError> {
        let visitor: Visitor = self.visitor_of(&known.site, subject, keys).await?;
        let hits = self.store.hits(&known.site, Some(visitor)).await?;
        let mut all = Interests::default();
        for kept in kept(&hits)? {
            if let What::Page { path, .. } = &kept.hit.what {
                known.add_interests(path, &mut all);
            }
        }
        Ok(all)
    }

    /// What adds the pages of visits that are over to what is known of a visitor's interests; none where they did not say yes to that,
    /// or nothing came of it.
    pub(super) async fn noted_interests(
        &self,
        (caller, known): (&Caller, &KnownSite),
        found: &Tailored,
        visits: &[Visit],
    ) -> Result<Option<Unit>, Failed> {
        let subject = &found.0;
        let Some(used) = known.tailor() else { return Ok(None) };
        let may = known.is_agreed(subject, used.purpose.get_ref())
            && subject.freezes.held(used.record.get_ref()).is_none();
        let mut new = Interests::default();
        let views = visits.iter().flat_map(|visit| &visit.views);
        views.for_each(|view| known.add_interests(&view.path, &mut new));
        if !may || new.is_empty() {
            return Ok(None);
        }
        let change = |fields: &Fields| {
            let mut all = interests(fields);
            all.merge(&new);
            written(&all, &shown(fields))
        };
        match Box::pin(self.profile_unit((caller, &known.effective), found, used, change)).await {
            // What may not be known is not; the visits are.
            Err(Failed::Gate(GateError::Refused { .. })) => Ok(None),
            other => other,
        }
    }

    /// The unit that changes what is known of a visitor to pick by.
    async fn profile_unit(
        &self,
        asked: (&Caller, &crate::Effective),
        found: &Tailored,
        used: &document::SiteUse,
        change: impl FnOnce(&Fields) -> Fields,
    ) -> Result<Option<Unit>, Failed> {
        let types = [used.record.get_ref().clone()];
        let held = self.records_of_types(&found.0, &types).await?;
        let held = held.iter().find(|record| !self.is_expired(record, &found.0));
        let named = (used.purpose.get_ref().as_str(), used.record.get_ref().as_str());
        self.rewritten(asked, found, named, held, change).await
    }

    /// Whether anything is known of a visitor to pick by: what an assessment looks at.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn is_known_by(&self, known: &KnownSite, cookie: &str) -> Result<bool, GateError> {
        let Some(used) = known.tailor() else { return Ok(false) };
        let Some(id) = self.named_by(&known.site, cookie) else { return Ok(false) };
        let Some((subject, _)) = self.store.subject(id).await? else { return Ok(false) };
        let held = self.records_of_types(&subject, &[used.record.get_ref().clone()]).await?;
        Ok(!held.is_empty())
    }
}

impl KnownSite {
    /// How what is shown is chosen for a visitor; none where it is not.
    pub fn tailor(&self) -> Option<&document::SiteUse> {
        self.declared.tailor.as_ref().map(|tailor| tailor.get_ref())
    }

    /// Adds what looking at a page says.
    fn add_interests(&self, path: &str, all: &mut Interests) {
        let is_about = |start: &str| path.starts_with(start) || path == start.trim_end_matches('/');
        for (interest, paths) in &self.declared.interests {
            if paths.iter().any(|start| is_about(start.get_ref())) {
                all.add(interest.get_ref());
            }
        }
    }
}

fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn interests(fields: &Fields) -> Interests {
    Interests::read(text(fields, TAKEN_INTEREST))
}

fn shown(fields: &Fields) -> Shown {
    Shown::read(text(fields, SHOWN))
}

/// What stands in the record; what says nothing is left out.
fn written(interests: &Interests, shown: &Shown) -> Fields {
    let all = [(TAKEN_INTEREST, interests.written()), (SHOWN, shown.written())];
    let said = all.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(name, text)| (name.to_owned(), json!(text))).collect()
}
