//! The access log: kept by the day, looked up for one purpose, and gone with the key of its day.

use std::net::IpAddr;

use domain::{
    Action, Personal,
    access_log::{Access, AccessEvent, Asked},
};
use jiff::SignedDuration;

use super::world::{Process, World};
use crate::{AddressFound, Caller, Determination, GateError, LogQuestion, Refused, Wanted};

const POLICY: &str = include_str!("../../../../policies/influxis-2018.toml");
const PURPOSE: &str = "fraud_prevention";
const ADA: &str = "192.0.2.7";
const BOB: &str = "2001:db8::7";

fn address(text: &str) -> Personal<IpAddr> {
    Personal::new(text.parse().unwrap())
}

fn access(process: &Process, from: &str, event: Option<AccessEvent>) -> Access {
    let asked =
        Asked { method: "GET".into(), route: "/orders/{id}".into(), status: 200, event, caller: None };
    let (at, agent) = (process.ambient().clock.now(), Personal::new("a browser".to_owned()));
    Access { at, address: address(from), agent, asked }
}

async fn looked_up(process: &Process, caller: &Caller, from: &str) -> AddressFound {
    process.look_up_address(caller, &Wanted::Address(address(from)), PURPOSE).await.unwrap()
}

async fn count(process: &Process, from: &str) -> usize {
    looked_up(process, &process.operator, from).await.lines.len()
}

#[tokio::test]
async fn lines_are_found_by_their_address_over_days() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    process.note_access(access(&process, ADA, None));
    process.note_access(access(&process, "::ffff:192.0.2.7", None));
    process.note_access(access(&process, BOB, None));
    assert_eq!(process.write_access_log().await.unwrap(), 3);
    assert_eq!(process.write_access_log().await.unwrap(), 0, "nothing is written twice");
    world.pass_days(1);
    process.note_access(access(&process, ADA, None));
    process.write_access_log().await.unwrap();
    let found = looked_up(&process, &process.operator, ADA).await;
    assert_eq!((found.lines.len(), found.is_cut, found.unreadable), (3, false, 0));
    assert!(found.lines[0].at > found.lines[2].at && found.lines[0].agent.reveal() == "a browser");
    assert_eq!((count(&process, BOB).await, count(&process, "192.0.2.8").await), (1, 0));
    let client = process.client().await;
    assert_eq!(looked_up(&process, &client, ADA).await.lines.len(), 0, "another account has another log");
}

#[tokio::test]
async fn an_address_is_looked_up_for_one_purpose_and_who_looked_is_in_the_log() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let wanted = Wanted::Address(address(ADA));
    for other in ["service_diagnosis", "requests", "marketing", "nonsense"] {
        let refused = process.look_up_address(&process.operator, &wanted, other).await;
        let Err(GateError::Refused { entry: Some(_), .. }) = refused else { panic!("{other}: {refused:?}") };
    }
    looked_up(&process, &process.operator, ADA).await;
    let now = process.ambient().clock.now();
    let asked = LogQuestion {
        from: now - SignedDuration::from_hours(1),
        until: now + SignedDuration::from_hours(1),
        action: Some(Action::AddressLookedUp),
        by: None,
        is_refused: false,
    };
    let found = process.search_log(&process.operator, &asked, (0, 9)).await.unwrap();
    assert_eq!(found.count, 5);
    let detail = &found.entries[0].1;
    assert_eq!((detail.purpose.as_deref(), detail.note.as_deref()), (Some(PURPOSE), Some("0 lines")));
    assert_eq!(detail.categories, ["ip_address"]);
    assert!(!serde_json::to_string(detail).unwrap().contains(ADA), "the address is not in the log");
}

#[tokio::test]
async fn a_day_goes_when_its_clock_is_over_and_not_before() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    process.note_access(access(&process, ADA, None));
    process.write_access_log().await.unwrap();
    world.pass_days(365);
    assert_eq!(process.expire_access_log().await.unwrap(), 0);
    assert_eq!(count(&process, ADA).await, 1);
    world.pass(SignedDuration::from_hours(12));
    assert_eq!(count(&process, ADA).await, 0, "what is over is not opened, whether it is gone or not");
    assert_eq!(process.expire_access_log().await.unwrap(), 1);
    assert_eq!(process.expire_access_log().await.unwrap(), 0);
    assert!(process.stores.data.access_days(None).await.unwrap().is_empty());
    // A line of then is not taken in any more.
    let old = Access {
        at: process.ambient().clock.now() - SignedDuration::from_hours(24 * 400),
        ..access(&process, ADA, None)
    };
    process.note_access(old);
    process.write_access_log().await.unwrap();
    assert!(process.stores.data.access_days(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_client_tells_of_its_own_servers() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let client = process.client().await;
    let line = |hours: i64| Access {
        at: process.ambient().clock.now() + SignedDuration::from_hours(hours),
        ..access(&process, ADA, None)
    };
    let mut strange = line(0);
    strange.asked.route = "/orders?email=ada@example.com".to_owned();
    let lines = vec![line(0), line(-24), line(-24 * 8), line(1), strange];
    let (kept, refused) = process.add_access_lines(&client, lines).await.unwrap();
    assert_eq!(kept, 2);
    assert_eq!(refused, [(Refused::Malformed, 1), (Refused::Untimely, 2)].into());
    assert_eq!(looked_up(&process, &client, ADA).await.lines.len(), 2);
    assert_eq!(count(&process, ADA).await, 0, "what is a Client's is not the operator's");
}

#[tokio::test]
async fn what_comes_too_often_from_an_address_stands_out() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let failed = Some(AccessEvent::FailedPayment);
    for _ in 0..4 {
        process.note_access(access(&process, ADA, failed));
        process.note_access(access(&process, BOB, None));
    }
    process.write_access_log().await.unwrap();
    assert_eq!(process.look_for_abuse().await.unwrap(), 0);
    process.note_access(access(&process, ADA, failed));
    process.write_access_log().await.unwrap();
    process.look_for_abuse().await.unwrap();
    process.look_for_abuse().await.unwrap();
    let found = process.what_stands_out(&process.operator).await.unwrap();
    let [only] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((only.signal.as_str(), only.times), ("failed_payments", 5));
    let wanted = Wanted::StandsOut { day: only.day, tag: only.tag };
    let opened = process.look_up_address(&process.operator, &wanted, PURPOSE).await.unwrap();
    assert_eq!(opened.lines.len(), 5);
    assert_eq!(opened.lines[0].address.reveal().to_string(), ADA);
    // Elsewhere the same tag leads nowhere, and after a while it stands out no more.
    let client = process.client().await;
    assert!(process.look_up_address(&client, &wanted, PURPOSE).await.unwrap().lines.is_empty());
    world.pass(SignedDuration::from_hours(2));
    assert_eq!(process.look_for_abuse().await.unwrap(), 0);
}

#[tokio::test]
async fn without_a_log_in_the_policy_nothing_is_kept() {
    let world = World::new().await;
    let process = world.open().await;
    process.note_access(access(&process, ADA, None));
    assert_eq!(process.write_access_log().await.unwrap(), 0);
    let line = access(&process, ADA, None);
    let refused = process.add_access_lines(&process.operator, vec![line]).await;
    assert!(matches!(refused, Err(GateError::Malformed(_))), "{refused:?}");
    let refused = process.look_up_address(&process.operator, &Wanted::Address(address(ADA)), PURPOSE).await;
    assert!(matches!(refused, Err(GateError::Malformed(_))), "{refused:?}");
}

#[tokio::test]
async fn lines_that_cannot_be_written_are_written_later() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    process.note_access(access(&process, ADA, None));
    process.write_access_log().await.unwrap();
    process.note_access(access(&process, ADA, None));
    world.faults.end_after(0, false);
    assert!(process.write_access_log().await.is_err());
    world.faults.clear();
    assert_eq!(process.write_access_log().await.unwrap(), 1);
    assert_eq!(count(&process, ADA).await, 2);
}

#[tokio::test]
async fn a_case_keeps_its_evidence_past_the_clock_of_the_log() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let mut strange = access(&process, ADA, Some(AccessEvent::FailedPayment));
    strange.agent = Personal::new("card 4111 1111 1111 1111".to_owned());
    process.note_access(strange);
    process.note_access(access(&process, BOB, None));
    process.write_access_log().await.unwrap();
    let because = "forty cards in an hour".to_owned();
    let why = Determination { by: None, because };
    let wanted = Wanted::Address(address(ADA));
    let case = process.open_abuse_case(&process.operator, &wanted, &why, None).await.unwrap();
    assert_eq!(case.lines, 1);
    let hold = case.hold.unwrap();
    assert_eq!((hold.exception.as_str(), hold.subject), ("fraud", case.subject));
    world.pass_days(400);
    process.expire_access_log().await.unwrap();
    assert_eq!(count(&process, ADA).await, 0);
    let kept = process.read_record(&process.operator, case.record, PURPOSE, None).await.unwrap();
    let fields = kept.fields.into_revealed();
    assert_eq!((&fields["ip_address"], &fields["notes"]), (&ADA.into(), &"forty cards in an hour".into()));
    let evidence = fields["signals"].as_str().unwrap();
    assert!(
        evidence.contains("GET /orders/{id} 200 (failed_payment)") && !evidence.contains("4111"),
        "{evidence}"
    );
    let gone = process.delete_record(&process.operator, case.record, None).await;
    assert!(matches!(gone, Err(GateError::Frozen(_))), "{gone:?}");
    let nobody = Wanted::Address(address("192.0.2.99"));
    let none = process.open_abuse_case(&process.operator, &nobody, &why, None).await;
    assert!(matches!(none, Err(GateError::NotFound(_))), "{none:?}");
    let client = process.client().await;
    let none = process.open_abuse_case(&client, &wanted, &why, None).await;
    assert!(matches!(none, Err(GateError::NotFound(_))), "a Client opens none: {none:?}");
}
