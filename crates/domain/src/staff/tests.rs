//! Invited, let in, recovered, let in no more.

use super::*;

fn at(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
}

fn invited() -> Staff {
    let ids = (SubjectId::from_bytes([1; 16]), AccountId::from_bytes([2; 16]), RecordId::from_bytes([3; 16]));
    Staff::invited(ids, ConsoleRole::Custodian.into(), |_| hash(&"5e".repeat(32)), at(0)).unwrap()
}

fn hash(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.to_owned())
}

fn recovering(staff: Staff, hour: i64) -> Option<Staff> {
    staff.recovering(|_| hash("link"), at(hour)).unwrap()
}

fn active() -> Staff {
    invited().activated("c".to_owned(), at(1)).unwrap()
}

#[test]
fn a_link_opens_once_and_for_three_days() {
    assert!(invited().open_link(at(71)).is_some() && !invited().is_lapsed(at(71)));
    assert_eq!(invited().open_link(at(72)), None);
    assert!(invited().is_lapsed(at(72)) && !active().is_lapsed(at(72)));
    assert_eq!(invited().activated("c".to_owned(), at(72)), None);
    assert_eq!((active().open_link(at(1)), active().version), (None, 2));
    assert_eq!(active().activated("c".to_owned(), at(1)), None);
}

#[test]
fn whoever_forgot_the_password_sets_another_within_an_hour_and_keeps_the_old_one_until_then() {
    let asked = recovering(active(), 2).unwrap();
    assert_eq!((asked.open_link(at(2)), asked.credential()), (Some("link"), Some("c")));
    assert_eq!(asked.open_link(at(3)), None);
    let again = asked.activated("d".to_owned(), at(2)).unwrap();
    assert_eq!((again.open_link(at(2)), again.credential()), (None, Some("d")));
    assert_eq!(recovering(invited(), 1), None, "they have no password yet");
}

#[test]
fn whoever_is_suspended_stays_so() {
    let suspended = active().suspended(at(2)).unwrap();
    assert!(!suspended.filing().is_open);
    assert_eq!(suspended.clone().activated("c".to_owned(), at(2)), None);
    assert_eq!(recovering(suspended.clone(), 2), None);
    assert_eq!(suspended.clone().with_role(ConsoleRole::Owner.into()), None);
    assert_eq!(suspended.suspended(at(3)), None);
    assert_eq!(invited().suspended(at(1)).unwrap().open_link(at(1)), None, "the link is dead, too");
}

#[test]
fn nobody_moves_between_the_operator_and_its_clients() {
    assert_eq!(active().with_role(Role::Member(MemberRole::ClientOwner)), None);
    assert_eq!(active().with_role(ConsoleRole::Custodian.into()), None, "they are that already");
    assert_eq!(active().with_role(ConsoleRole::Owner.into()).unwrap().role, ConsoleRole::Owner.into());
}

#[test]
fn what_was_filed_before_there_were_members_is_read() {
    let before = |role: &str, state: &str| {
        let ids = "\"subject\":\"sub_01010101010101010101010101010101\",\"account\":\"acc_02020202020202020202020202020202\",\"record\":\"rec_03030303030303030303030303030303\"";
        format!("{{{ids},\"role\":\"{role}\",\"state\":{state},\"version\":1}}")
    };
    let link = "{\"state\":\"invited\",\"link\":\"5e\",\"until\":\"1970-01-04T00:00:00Z\"}";
    let read: Staff = serde_json::from_str(&before("owner", link)).unwrap();
    assert_eq!((read.role, read.open_link(at(1))), (ConsoleRole::Owner.into(), Some("5e")));
    let read: Staff =
        serde_json::from_str(&before("support", "{\"state\":\"active\",\"credential\":\"c\"}")).unwrap();
    assert_eq!(read.credential(), Some("c"));
}

#[test]
fn whoever_recovers_has_no_passkey_any_more() {
    let with = active().with_passkeys(vec!["k".to_owned()]).unwrap();
    assert_eq!((with.passkeys(), with.version), (["k".to_owned()].as_slice(), 3));
    let recovered = recovering(with, 2).unwrap();
    assert_eq!(recovered.passkeys().len(), 1, "not before they set another password");
    assert!(recovered.activated("d".to_owned(), at(2)).unwrap().passkeys().is_empty());
    assert_eq!(invited().with_passkeys(Vec::new()), None);
}

#[test]
fn a_provider_lets_in_whom_it_recognised_first_and_nobody_else() {
    let bound = invited().bound("p".to_owned(), at(71)).unwrap();
    assert_eq!((bound.provider(), bound.open_link(at(71))), (Some("p"), None));
    assert_eq!(bound.clone().bound("q".to_owned(), at(71)), None, "an address that changed hands");
    assert_eq!(invited().bound("p".to_owned(), at(72)), None, "the invitation is over");
    assert_eq!(active().bound("p".to_owned(), at(2)).unwrap().credential(), Some("c"));
    assert_eq!(bound.suspended(at(72)).unwrap().bound("p".to_owned(), at(72)), None);
}

#[test]
fn another_address_takes_the_place_of_the_first_by_its_link_only() {
    let other = RecordId::from_bytes([9; 16]);
    let link = |_| Ok::<_, ()>("ad".repeat(32));
    assert_eq!(invited().moving(other, link, at(0)), Ok(None), "nobody who was only invited");
    let asked = active().moving(other, link, at(0)).unwrap().unwrap();
    assert_eq!((asked.record, asked.open_spare(at(0)).unwrap().0), (active().record, other));
    assert_eq!(asked.clone().moving(other, link, at(0)), Ok(None), "one at a time");
    let end = asked.spare.as_ref().unwrap().until;
    assert_eq!((asked.filing().wake_at, asked.clone().moved(end)), (Some(end), None));
    let moved = asked.clone().moved(at(0)).unwrap();
    assert_eq!((moved.record, moved.spare.as_ref().unwrap().record), (other, active().record));
    assert!(moved.open_spare(at(0)).is_none() && moved.clone().moved(at(0)).is_none(), "and not back");
    let (without, old) = moved.without_spare().unwrap();
    assert_eq!((without.filing().wake_at, old), (None, active().record));
    let suspended = asked.suspended(at(0)).unwrap();
    assert_eq!((suspended.filing().wake_at, suspended.moved(at(0))), (Some(end), None));
}
