//! Key stores: slots from reservation to destruction.

use super::{
    sample::{deletion, removal},
    together,
};
use crate::key_store::{
    Deletion, Gone, KeyStore, KeyStoreError, Slot, SlotNumber, WITHOUT_DAY, WrappedKeyBytes,
};

/// A key that no other test byte resembles.
pub fn key(number: u8) -> WrappedKeyBytes {
    std::array::from_fn(|index| number ^ u8::try_from(index).unwrap_or_default() ^ 0xa5)
}

/// Fills fresh slots with `keys` and returns the first.
pub async fn filled(store: &dyn KeyStore, keys: &[WrappedKeyBytes]) -> SlotNumber {
    let first = store.reserve(u32::try_from(keys.len()).unwrap()).await.unwrap();
    store.fill(first, keys.to_vec()).await.unwrap();
    first
}

fn after(slot: SlotNumber, by: u64) -> SlotNumber {
    SlotNumber(slot.0 + by)
}

/// Each reservation begins after the one before.
pub async fn reserved_slots_do_not_overlap(store: &dyn KeyStore) {
    let (first, second) = (store.reserve(3).await.unwrap(), store.reserve(2).await.unwrap());
    assert!(second.0 >= first.0 + 3 && store.reserve(1).await.unwrap().0 >= second.0 + 2);
}

/// Each key stands in its slot, one after the other.
pub async fn keys_read_back(store: &dyn KeyStore) {
    let keys: Vec<_> = (0..200).map(key).collect();
    let first = filled(store, &keys).await;
    for (place, key) in (0..).zip(&keys) {
        assert_eq!(store.read(after(first, place)).await.unwrap(), Slot::Live(*key));
    }
}

/// Whether reserved or not.
pub async fn slots_never_used_are_empty(store: &dyn KeyStore) {
    let reserved = store.reserve(2).await.unwrap();
    for slot in [reserved, after(reserved, 1), after(reserved, 2), SlotNumber(u64::MAX)] {
        assert_eq!(store.read(slot).await.unwrap(), Slot::Empty);
    }
}

/// A second fill is refused before anything is written.
pub async fn a_slot_is_filled_once(store: &dyn KeyStore) {
    let first = store.reserve(2).await.unwrap();
    let second = after(first, 1);
    store.fill(second, vec![key(1)]).await.unwrap();
    let again = store.fill(first, vec![key(2), key(3)]).await;
    assert!(matches!(again, Err(KeyStoreError::Used { slot }) if slot == second));
    assert_eq!(store.read(first).await.unwrap(), Slot::Empty);
    assert_eq!(store.read(second).await.unwrap(), Slot::Live(key(1)));
}

/// Its number is used up.
pub async fn a_destroyed_slot_is_never_filled_again(store: &dyn KeyStore) {
    let first = filled(store, &[key(1), key(2)]).await;
    store.destroy(&[deletion(first)]).await.unwrap();
    assert!(matches!(store.fill(first, vec![key(3)]).await, Err(KeyStoreError::Used { .. })));
    assert_eq!(store.read(first).await.unwrap(), Slot::Destroyed);
    assert_eq!(store.read(after(first, 1)).await.unwrap(), Slot::Live(key(2)));
}

/// Neither filled nor destroyed is what nobody reserved.
pub async fn only_reserved_slots_are_written(store: &dyn KeyStore) {
    let first = store.reserve(1).await.unwrap();
    for slot in [SlotNumber(0), after(first, 1), SlotNumber(u64::MAX)] {
        let filled = store.fill(slot, vec![key(1)]).await;
        assert!(matches!(filled, Err(KeyStoreError::NotReserved { .. })), "{slot}");
        let destroyed = store.destroy(&[deletion(slot)]).await;
        assert!(matches!(destroyed, Err(KeyStoreError::NotReserved { .. })), "{slot}");
    }
    assert!(store.fill(first, vec![key(1), key(2)]).await.is_err());
    assert_eq!(store.journal(0).await.unwrap(), []);
}

/// Repeating a deletion is safe, in one call or another.
pub async fn destroying_again_adds_no_entry(store: &dyn KeyStore) {
    let first = filled(store, &[key(1), key(2)]).await;
    let second = after(first, 1);
    store.destroy(&[deletion(first), deletion(first)]).await.unwrap();
    store.destroy(&[deletion(first), deletion(second)]).await.unwrap();
    let destroyed: Vec<_> =
        store.journal(0).await.unwrap().into_iter().filter_map(|entry| entry.gone.slot()).collect();
    assert_eq!(destroyed, [first, second]);
}

/// A slot has one entry however many destroy it.
pub async fn two_destroying_at_once_leave_one_entry(store: &dyn KeyStore) {
    let deletions = [deletion(filled(store, &[key(1)]).await)];
    for outcome in together((0..4).map(|_| store.destroy(&deletions)).collect()).await {
        outcome.unwrap();
    }
    assert_eq!(store.journal(0).await.unwrap().len(), 1);
}

/// Entries count from 1, each carries a hash of the one before, and what was destroyed is told in full.
pub async fn the_journal_chains_and_reads_from_any_entry(store: &dyn KeyStore) {
    let first = filled(store, &[key(1), key(2), key(3)]).await;
    let deletions: Vec<Deletion> = (0..3).map(|place| deletion(after(first, place))).collect();
    for deletion in &deletions {
        store.destroy(std::slice::from_ref(deletion)).await.unwrap();
    }
    let journal = store.journal(0).await.unwrap();
    assert_eq!(journal.iter().filter_map(|entry| entry.gone.key().cloned()).collect::<Vec<_>>(), deletions);
    assert_eq!(journal.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(journal[0].previous, "0".repeat(64));
    assert!(journal[1].previous != journal[0].previous && journal[2].previous != journal[1].previous);
    for read in 0..=3 {
        assert_eq!(store.journal(read as u64).await.unwrap(), journal[read..]);
    }
    assert_eq!(store.journal(u64::MAX).await.unwrap(), []);
}

/// Fills that run at once write each their own slots.
pub async fn fills_at_once_keep_their_slots(store: &dyn KeyStore) {
    let reserved = together((0..20).map(|_| store.reserve(3)).collect()).await;
    let firsts: Vec<SlotNumber> = reserved.into_iter().map(Result::unwrap).collect();
    let fill = |(number, first): (u8, &SlotNumber)| store.fill(*first, vec![key(number); 3]);
    for outcome in together((0..).zip(&firsts).map(fill).collect()).await {
        outcome.unwrap();
    }
    for (number, first) in (0..).zip(firsts) {
        for place in 0..3 {
            assert_eq!(store.read(after(first, place)).await.unwrap(), Slot::Live(key(number)));
        }
    }
}

/// A deletion of a record stands in the journal beside those of keys, and says more of a key where there is more to say.
pub async fn the_journal_tells_of_records_and_of_what_became_of_keys(store: &dyn KeyStore) {
    let first = filled(store, &[key(1), key(2)]).await;
    let moved = Deletion { lives_in: Some(after(first, 1)), ..deletion(first) };
    store.destroy(std::slice::from_ref(&moved)).await.unwrap();
    let removed = Gone::Record(removal(7));
    store.bury(std::slice::from_ref(&removed)).await.unwrap();
    let erased = Deletion { erasure: Some(super::sample::erasure_id(3)), ..deletion(after(first, 1)) };
    let again = [removed.clone(), Gone::Key(moved.clone()), Gone::Key(erased.clone())];
    store.bury(&again).await.unwrap();
    assert_eq!(store.read(after(first, 1)).await.unwrap(), Slot::Destroyed);
    let told: Vec<Gone> = store.journal(0).await.unwrap().into_iter().map(|entry| entry.gone).collect();
    assert_eq!(told, [Gone::Key(moved), removed.clone(), removed, Gone::Key(erased)]);
}

/// Neither what is destroyed, nor what is empty, nor more than was asked for.
pub async fn the_keys_that_live_are_listed_in_order(store: &dyn KeyStore) {
    let keys: Vec<_> = (0..9).map(key).collect();
    let first = filled(store, &keys).await;
    store.reserve(3).await.unwrap();
    let last = filled(store, &[key(20)]).await;
    store.destroy(&[deletion(after(first, 4))]).await.unwrap();
    let mut lives: Vec<_> = (0..).zip(&keys).map(|(place, key)| (after(first, place), *key)).collect();
    lives.remove(4);
    lives.push((last, key(20)));
    assert_eq!(store.live_keys(SlotNumber(0), 99).await.unwrap(), lives);
    assert_eq!(store.live_keys(after(first, 3), 2).await.unwrap(), lives[3..5]);
    assert_eq!(store.live_keys(after(last, 1), 9).await.unwrap(), []);
}

/// Of two who keep one at once the first is the one; and it is in no list of keys.
pub async fn a_salt_is_kept_until_its_day_is_over(store: &dyn KeyStore) {
    let kept =
        together(vec![store.keep_salt([1; 32], 7, [3; 64]), store.keep_salt([1; 32], 7, [4; 64])]).await;
    let [one, other] = kept.try_into().map(|both: [_; 2]| both.map(Result::unwrap)).unwrap();
    assert_eq!(one, other);
    assert_eq!(store.salt([1; 32], 7).await.unwrap(), Some(one));
    assert_eq!(store.salt([2; 32], 7).await.unwrap(), None);
    store.keep_salt([1; 32], 8, [5; 64]).await.unwrap();
    assert_eq!(store.destroy_salts(8).await.unwrap(), 1);
    assert_eq!(store.salt([1; 32], 7).await.unwrap(), None);
    assert_eq!(store.salt([1; 32], 8).await.unwrap(), Some([5; 64]));
    assert_eq!(store.live_keys(SlotNumber(0), 9).await.unwrap(), []);
}

/// What ends on no day of its own is spared by the end of days, and goes alone.
pub async fn a_salt_without_a_day_goes_when_it_is_told_to(store: &dyn KeyStore) {
    store.keep_salt([1; 32], WITHOUT_DAY, [3; 64]).await.unwrap();
    store.keep_salt([2; 32], WITHOUT_DAY, [4; 64]).await.unwrap();
    assert_eq!(store.destroy_salts(i32::MAX).await.unwrap(), 0);
    store.destroy_salt([1; 32], WITHOUT_DAY).await.unwrap();
    store.destroy_salt([1; 32], WITHOUT_DAY).await.unwrap();
    assert_eq!(store.salt([1; 32], WITHOUT_DAY).await.unwrap(), None);
    assert_eq!(store.salt([2; 32], WITHOUT_DAY).await.unwrap(), Some([4; 64]));
}
