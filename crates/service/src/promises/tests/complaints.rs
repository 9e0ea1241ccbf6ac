//! What people complain of and ask: who leaves it lying, who judges in their own cause, who answers with nothing.

use domain::{
    complaint::{Matter, Outcome},
    request::Channel,
};
use gate::{Determination, Findings, NewComplaint, NewRemedy};
use jiff::Span;
use policy::Promise;

use super::world::World;

fn complains(matter: Matter) -> NewComplaint {
    NewComplaint {
        matter,
        channel: Channel::Post,
        received_at: None,
        subject: None,
        about: Vec::new(),
        message: "That was not as promised".to_owned(),
        scan: None,
        contact: Vec::new(),
    }
}

fn said() -> Determination {
    Determination { by: Some("Bob".to_owned()), because: "looked at it".to_owned() }
}

fn found(outcome: Outcome) -> Findings {
    Findings { outcome, said: said(), entries: Vec::new(), clauses: vec![13] }
}

#[tokio::test]
async fn complaints_that_are_left_lying() {
    let world = World::new().await;
    let (gate, operator) = (world.service.gate(), world.operator());
    let (complaint, _) = gate.open_complaint(&operator, &complains(Matter::Complaint), None).await.unwrap();
    world.assert_kept(Promise::Complaints).await;
    let waits = format!("{} waits past its time", complaint.id);
    world.move_clock(Span::new().days(8));
    world.run_jobs().await;
    world.assert_broken(Promise::Complaints, &waits).await;
    world.assert_kept(Promise::Custodian).await;
    gate.acknowledge_complaint(&operator, complaint.id, &said()).await.unwrap();
    world.assert_kept(Promise::Complaints).await;
    world.move_clock(Span::new().days(23));
    world.run_jobs().await;
    world.assert_broken(Promise::Complaints, &waits).await;
    gate.assign_complaint(&operator, complaint.id, "Bob", &said()).await.unwrap();
    gate.decide_complaint(&operator, complaint.id, &found(Outcome::Upheld)).await.unwrap();
    world.assert_kept(Promise::Complaints).await;
    let due_at = gate.ambient().clock.now() + jiff::SignedDuration::from_hours(48);
    let remedy = NewRemedy { said: said(), owner: "Cyd".to_owned(), due_at };
    gate.remedy_complaint(&operator, complaint.id, &remedy).await.unwrap();
    world.move_clock(Span::new().days(3));
    world.run_jobs().await;
    world.assert_broken(Promise::Complaints, &waits).await;
    gate.complaint_remedied(&operator, complaint.id, 0, &said()).await.unwrap();
    world.assert_kept(Promise::Complaints).await;
    world.move_clock(Span::new().days(31));
    world.run_jobs().await;
    assert_eq!(gate.complaint(&operator, complaint.id).await.unwrap().state.as_str(), "closed");
    let told: Vec<String> = gate
        .complaint(&operator, complaint.id)
        .await
        .unwrap()
        .steps
        .iter()
        .map(|step| format!("{:?}", step.what))
        .collect();
    assert_eq!(told.iter().filter(|step| step.starts_with("Told")).count(), 2, "{told:?}");
}

#[tokio::test]
async fn complaints_that_whom_they_are_about_would_own() {
    let world = World::new().await;
    world.assert_kept(Promise::Complaints).await;
    // Somebody has whom they are about forgotten.
    world.trigger(
        "AFTER INSERT ON case_file WHEN new.kind = 'complaint' BEGIN UPDATE case_file
         SET facts = json_set(facts, '$.about', json('[]')) WHERE id = new.id; END",
    );
    world.assert_broken(Promise::Complaints, "whom it is about").await;
}

#[tokio::test]
async fn complaints_decided_twice_by_the_same() {
    let world = World::new().await;
    world.assert_kept(Promise::Complaints).await;
    // Somebody has who decided forgotten.
    world.trigger(
        "AFTER UPDATE OF facts ON case_file
         WHEN new.kind = 'complaint' AND json_array_length(new.facts, '$.decisions') = 1
              AND json_extract(new.facts, '$.decisions[0].by') <> 'nobody'
         BEGIN UPDATE case_file SET facts = json_set(facts, '$.decisions[0].by', 'nobody') WHERE id = new.id; END",
    );
    world.assert_broken(Promise::Complaints, "by who had decided it").await;
}

#[tokio::test]
async fn custodian_who_leaves_questions_lying() {
    let world = World::new().await;
    let (gate, operator) = (world.service.gate(), world.operator());
    let (question, _) = gate.open_complaint(&operator, &complains(Matter::Question), None).await.unwrap();
    world.assert_kept(Promise::Custodian).await;
    world.move_clock(Span::new().days(31));
    world.run_jobs().await;
    world.assert_broken(Promise::Custodian, &format!("{} waits past its time", question.id)).await;
    world.assert_kept(Promise::Complaints).await;
    gate.decide_complaint(&operator, question.id, &found(Outcome::Answered)).await.unwrap();
    world.assert_kept(Promise::Custodian).await;
}
