//! Which item is next. The same is asked, the same is answered: what is left to chance is passed in.

use jiff::Timestamp;

use super::{Interests, Item, Shown};

/// How much more an item counts that is all that a visitor takes an interest in.
const LIKED: u64 = 4;

/// The items that run now in a slot of a site, by name: the same for everybody.
pub fn candidates(items: Vec<Item>, (site, slot): (&str, &str), now: Timestamp) -> Vec<Item> {
    let may = |item: &Item| item.site == site && item.terms.slot == slot && item.terms.runs(now);
    let mut all: Vec<Item> = items.into_iter().filter(may).collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// The item that is next for a visitor: of those that were not shown as often as may be, one by weight, and more likely the more it is
/// about what they take an interest in.
pub fn pick<'a>(
    candidates: &'a [Item],
    (interests, shown): (&Interests, &Shown),
    now: Timestamp,
    dice: u64,
) -> Option<&'a Item> {
    let free = candidates.iter().filter(|item| shown.leaves(item, now));
    let weighed: Vec<(&Item, u64)> = free.map(|item| (item, weight(item, interests))).collect();
    let all: u64 = weighed.iter().map(|(_, weight)| weight).sum();
    let mut rest = dice.checked_rem(all)?;
    weighed.into_iter().find_map(|(item, weight)| match rest.checked_sub(weight) {
        Some(left) => {
            rest = left;
            None
        }
        None => Some(item),
    })
}

fn weight(item: &Item, interests: &Interests) -> u64 {
    let liked: u64 = item.terms.tags.iter().map(|tag| interests.of(tag)).sum();
    u64::from(item.terms.weight) * (interests.all().max(1) + LIKED * liked)
}
