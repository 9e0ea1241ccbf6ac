//! What people ask for, and what must be kept: who answers late or the wrong person, who looks away, who deletes.

use domain::{Right, request::Channel};
use gate::{Caller, Determination, Named, NewRequest};
use jiff::Span;
use policy::Promise;

use super::world::World;

fn asks(named: Named) -> NewRequest {
    NewRequest {
        right: Right::Access,
        channel: Channel::Post,
        received_at: None,
        named,
        client: None,
        message: None,
        scan: None,
    }
}

fn somebody() -> Named {
    Named::By(vec![("email".to_owned(), "somebody@example.com".to_owned())])
}

#[tokio::test]
async fn access_of_requests_left_unanswered() {
    let world = World::new().await;
    let operator = world.operator();
    let subject = world.subject(&operator, "visitor").await;
    let how = Determination { by: None, because: "at the counter".to_owned() };
    let (request, _) = world
        .service
        .gate()
        .open_request(&operator, &asks(Named::Vouched(subject, how)), None)
        .await
        .unwrap();
    world.assert_kept(Promise::Access).await;
    world.move_clock(Span::new().days(32));
    world.run_jobs().await;
    world.assert_broken(Promise::Access, "is not answered").await;
    let why = Determination { by: None, because: "asked for nothing that is held".to_owned() };
    world.service.gate().refuse_request(&operator, request.id, None, &why).await.unwrap();
    world.run_jobs().await;
    world.assert_kept(Promise::Access).await;
}

#[tokio::test]
async fn access_of_requests_of_whose_clock_nobody_is_told() {
    let world = World::new().await;
    let operator = world.operator();
    let subject = world.subject(&operator, "visitor").await;
    let how = Determination { by: None, because: "at the counter".to_owned() };
    let asks = asks(Named::Vouched(subject, how));
    world.service.gate().open_request(&operator, &asks, None).await.unwrap();
    world.move_clock(Span::new().days(20));
    world.run_jobs().await;
    assert!(world.assert_kept(Promise::Access).await.contains("no mail server is configured"));
    // Somebody tidies up what waits.
    world.sabotage("DELETE FROM case_file WHERE kind = 'message'");
    world.assert_broken(Promise::Access, "no message says so").await;
}

#[tokio::test]
async fn access_of_requests_that_nobody_proved() {
    let world = World::new().await;
    world.assert_kept(Promise::Access).await;
    // Somebody waves everyone through.
    world.trigger(
        r#"AFTER INSERT ON case_file BEGIN UPDATE case_file
           SET facts = replace(facts, '"state":"verifying"', '"state":"open"') WHERE id = new.id; END"#,
    );
    world.assert_broken(Promise::Access, "proved nothing").await;
}

#[tokio::test]
async fn routing() {
    let world = World::new().await;
    let operator = world.operator();
    let gate = world.service.gate();
    let client = gate.accounts().into_iter().find(|account| account.id != operator.account_id()).unwrap();
    let new = NewRequest { client: Some(client.id), ..asks(somebody()) };
    let (request, _) = gate.open_request(&operator, &new, None).await.unwrap();
    let how = Determination { by: None, because: "called back".to_owned() };
    gate.verify_by_hand(&Caller::system(client), request.id, 0, &how).await.unwrap();
    world.assert_kept(Promise::Routing).await;
    world.move_clock(Span::new().days(32));
    world.run_jobs().await;
    world.assert_kept(Promise::Routing).await;
    assert!(gate.request(&operator, request.id).await.unwrap().is_taken_over);
    // Somebody makes the next one's clock sleep.
    let (asleep, _) = gate.open_request(&operator, &new, None).await.unwrap();
    world.sabotage("UPDATE case_file SET wake_at = NULL");
    world.move_clock(Span::new().days(32));
    world.run_jobs().await;
    world.assert_broken(Promise::Routing, &format!("the clock of {} ran out", asleep.id)).await;
}

#[tokio::test]
async fn erasure_exceptions_of_what_is_held() {
    let world = World::new().await;
    world.assert_kept(Promise::ErasureExceptions).await;
    // Somebody makes holds forgotten.
    world.trigger(
        "AFTER UPDATE OF freezes ON subject WHEN new.freezes <> '[]' BEGIN
         UPDATE subject SET freezes = '[]' WHERE id = new.id; END",
    );
    world.assert_broken(Promise::ErasureExceptions, "was deleted").await;
}
