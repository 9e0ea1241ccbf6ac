//! Addresses: looked up for one purpose, and gone when the time of their day is over.

use policy::Promise;

use super::world::{POLICY, World};

#[tokio::test]
async fn abuse() {
    let world = World::new().await;
    world.assert_kept(Promise::Abuse).await;
    world.trigger("BEFORE DELETE ON access_line BEGIN SELECT RAISE(IGNORE); END");
    world.assert_broken(Promise::Abuse, "though its time is over").await;
}

#[tokio::test]
async fn an_address_that_is_not_found_breaks_it() {
    let world = World::new().await;
    world.trigger("AFTER INSERT ON access_line BEGIN DELETE FROM access_line WHERE rowid = new.rowid; END");
    world.assert_broken(Promise::Abuse, "is not found by it").await;
}

#[tokio::test]
async fn without_a_log_nobody_looked() {
    let begin = POLICY.find("[access_log]").unwrap();
    let end = begin + POLICY[begin..].find("# --- Rights").unwrap();
    let world = World::under(&(POLICY[..begin].to_owned() + &POLICY[end..])).await;
    let finding = world.finding(Promise::Abuse).await;
    assert_eq!(finding.status, crate::Status::Unchecked, "{}", finding.evidence);
}
