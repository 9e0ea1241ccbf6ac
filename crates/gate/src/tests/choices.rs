//! Choices: they bind at the next decision, on every process; a yes does not cover what it did not speak of; and a receipt
//! holds as it was issued, and no other way.

use domain::{About, Choice, ChoiceState, SubjectId, choice::Method};
use policy::decide::Reason;
use serde_json::json;

use super::world::{POLICY, Process, World};
use crate::{GateError, NewChoice, Receipt, ReceiptError, verify_receipt};

/// The policy of the world with a purpose that needs a yes, one that a no ends, and a recipient that a no ends.
fn policy() -> String {
    let purposes = r#"
[purposes.news]
label = "sending news"
dpv = "dpv:Marketing"
basis = "consent"
roles = ["client"]
choice = "opt_in"
[purposes.improvement]
label = "improving the service"
dpv = "dpv:ServiceOptimisation"
basis = "legitimate_interest"
roles = ["client"]
choice = "opt_out"

[records.profile]"#;
    POLICY
        .replacen("\n[records.profile]", purposes, 1)
        .replacen(
            r#"roles = ["client", "end_user"]
purposes = ["support"]
retention = "account""#,
            r#"roles = ["client", "end_user"]
purposes = ["support", "news", "improvement"]
retention = "account""#,
            1,
        )
        .replacen("region = \"DE\"\n", "region = \"DE\"\nchoice = \"opt_out\"\n", 1)
        .replacen(
            "{{purposes.support}}",
            "{{purposes.support}}, {{purposes.news}}, {{purposes.improvement}}",
            1,
        )
}

fn about(text: &str) -> About {
    text.parse().unwrap()
}

fn saying(what: &str, is_yes: bool) -> NewChoice {
    NewChoice {
        about: about(what),
        is_yes,
        method: Method::Click,
        text: Some("May we write to you?".to_owned()),
        language: Some("en".to_owned()),
    }
}

async fn say(process: &Process, person: SubjectId, what: &str, is_yes: bool) -> Choice {
    process.choose(&process.operator, person, &saying(what, is_yes)).await.unwrap().0
}

/// Why a use of the e-mail address is refused; none when it is allowed.
async fn refusal(
    process: &Process,
    person: SubjectId,
    purpose: &str,
    recipient: Option<&str>,
) -> Option<Reason> {
    let category = if recipient.is_some() { "full_name" } else { "email" };
    let ruling = process.rule(&process.operator, person, category, purpose, recipient).await.unwrap();
    ruling.refusals().first().map(|refusal| refusal.reason)
}

#[tokio::test]
async fn a_choice_binds_at_the_next_decision() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let ada = process.person().await.id;
    let record = process.profile(ada, "ada@example.org").await;
    assert_eq!(refusal(&process, ada, "news", None).await, Some(Reason::ChoiceNeeded));
    assert_eq!(say(&process, ada, "purposes.news", true).await.said.state, ChoiceState::Granted);
    assert_eq!(refusal(&process, ada, "news", None).await, None);
    assert_eq!(say(&process, ada, "purposes.news", false).await.said.state, ChoiceState::Withdrawn);
    assert_eq!(refusal(&process, ada, "news", None).await, Some(Reason::ChoiceDenied));

    assert_eq!(refusal(&process, ada, "improvement", None).await, None);
    assert_eq!(say(&process, ada, "purposes.improvement", false).await.said.state, ChoiceState::Denied);
    assert_eq!(refusal(&process, ada, "improvement", None).await, Some(Reason::ChoiceDenied));

    assert_eq!(refusal(&process, ada, "support", Some("helpdesk")).await, None);
    say(&process, ada, "recipients.helpdesk", false).await;
    assert_eq!(refusal(&process, ada, "support", Some("helpdesk")).await, Some(Reason::ChoiceDenied));
    assert_eq!(refusal(&process, ada, "support", None).await, None, "it is still used here");
    let read = process.read_record(&process.operator, record, "support", Some("helpdesk")).await;
    assert!(matches!(read, Err(GateError::Refused { .. })), "{read:?}");

    let history = process.choices_of(&process.operator, ada, None, 99).await.unwrap();
    let states: Vec<_> = history.iter().rev().map(|choice| choice.said.state).collect();
    use ChoiceState::{Denied, Granted, Withdrawn};
    assert_eq!(states, [Granted, Withdrawn, Denied, Denied]);
}

#[tokio::test]
async fn it_binds_on_another_process_too() {
    let world = World::under(&policy()).await;
    let [one, other] = world.open_two().await;
    let ada = one.person().await.id;
    say(&one, ada, "purposes.news", true).await;
    assert_eq!(refusal(&other, ada, "news", None).await, None);
    say(&other, ada, "purposes.news", false).await;
    assert_eq!(refusal(&one, ada, "news", None).await, Some(Reason::ChoiceDenied));
}

#[tokio::test]
async fn a_yes_does_not_cover_what_the_policy_adds_and_a_no_does() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let [ada, bob] = [process.person().await.id, process.person().await.id];
    say(&process, ada, "purposes.news", true).await;
    say(&process, bob, "purposes.news", false).await;
    let words = policy().replace("sending news", "sending the news");
    process.publish_policy(&process.operator, &words, None).await.unwrap();
    assert_eq!(refusal(&process, ada, "news", None).await, None, "other words for the same");
    let from = r#"purposes = ["support"]
retention = "archive""#;
    let wider = words.replacen(from, &from.replace("\"support\"", "\"support\", \"news\""), 1);
    process.publish_policy(&process.operator, &wider, None).await.unwrap();
    assert_eq!(refusal(&process, ada, "news", None).await, Some(Reason::ChoiceNeeded));
    assert_eq!(refusal(&process, bob, "news", None).await, Some(Reason::ChoiceDenied));
    let stands = process.standing(&process.operator, ada, &about("purposes.news")).await.unwrap();
    assert_eq!(stands, None, "asked again");
    say(&process, ada, "purposes.news", true).await;
    assert_eq!(refusal(&process, ada, "news", None).await, None);
    let reopened = {
        drop(process);
        world.open().await
    };
    assert_eq!(refusal(&reopened, ada, "news", None).await, None);
    assert_eq!(refusal(&reopened, bob, "news", None).await, Some(Reason::ChoiceDenied));
}

#[tokio::test]
async fn what_cannot_be_chosen_is_told_and_nothing_is_recorded() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let ada = process.person().await.id;
    let visitor = process.person_for(&process.operator, "visitor").await.id;
    let client = process.client().await;
    let before = process.entries().await;
    let refused = [
        (ada, saying("purposes.conquest", true), "not found"),
        (ada, saying("purposes.support", false), "malformed"),
        (visitor, saying("purposes.news", true), "malformed"),
        (ada, NewChoice { text: None, ..saying("purposes.news", true) }, "malformed"),
        (ada, NewChoice { method: Method::SecGpc, ..saying("purposes.news", true) }, "malformed"),
    ];
    for (person, new, expected) in refused {
        let outcome = process.choose(&process.operator, person, &new).await;
        let found = match outcome {
            Err(GateError::NotFound(_)) => "not found",
            Err(GateError::Malformed(_)) => "malformed",
            other => panic!("{new:?}: {other:?}"),
        };
        assert_eq!(found, expected, "{new:?}");
    }
    let anothers = process.choose(&client, ada, &saying("purposes.news", true)).await;
    assert!(matches!(anothers, Err(GateError::NotFound(_))), "{anothers:?}");
    assert_eq!(process.entries().await, before);
}

async fn issued(process: &Process) -> (SubjectId, Receipt) {
    let ada = process.person().await.id;
    let choice = say(process, ada, "purposes.news", true).await;
    let pending = process.receipt(&process.operator, choice.id).await.unwrap();
    let outcome = verify_receipt(&pending, process.log_key());
    assert!(matches!(outcome, Err(ReceiptError::Pending)), "{outcome:?}");
    while process.advance_log().await.unwrap() > 0 {}
    (ada, process.receipt(&process.operator, choice.id).await.unwrap())
}

#[tokio::test]
async fn a_receipt_says_what_was_shown_and_holds_as_it_travels() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let (ada, receipt) = issued(&process).await;
    let receipt: Receipt = serde_json::from_str(&serde_json::to_string(&receipt).unwrap()).unwrap();
    let (detail, checkpoint) = verify_receipt(&receipt, process.log_key()).unwrap();
    assert_eq!(checkpoint.origin, "log.example.org");
    assert_eq!(detail.subject, Some(ada));
    let statement = detail.choice.unwrap().statement;
    assert_eq!(statement["dpv:hasConsentStatus"]["@id"], "dpv:ConsentGiven");
    assert_eq!(statement["dpv:hasNotice"]["dct:description"], "May we write to you?");
    let process = &statement["dpv:hasProcess"];
    assert_eq!(process["dpv:hasPurpose"][0]["dct:title"], "sending news");
    assert_eq!(process["dpv:hasPurpose"][0]["dpv:hasLegalBasis"], json!({ "@id": "dpv:Consent" }));
    let data: Vec<_> = process["dpv:hasPersonalData"].as_array().unwrap().iter().collect();
    assert_eq!(data.len(), 2, "{data:?}");
}

#[tokio::test]
async fn nothing_on_a_receipt_can_be_changed_and_it_goes_with_the_person() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let (ada, receipt) = issued(&process).await;
    let (other, second) = issued(&process).await;
    assert_ne!(ada, other);
    let refused = |changed: Receipt| verify_receipt(&changed, process.log_key()).is_err();
    assert!(refused(Receipt { detail: receipt.detail.replace("granted", "denied "), ..receipt.clone() }));
    assert!(refused(Receipt { choice: second.choice, ..receipt.clone() }));
    assert!(refused(Receipt { leaf_key: second.leaf_key.clone(), ..receipt.clone() }));
    assert!(refused(Receipt { proof: second.proof.clone(), ..receipt.clone() }));
    let mut other_words = receipt.clone();
    other_words.statement.as_mut().unwrap()["dpv:hasNotice"]["dct:description"] = json!("May we sell it?");
    assert!(refused(other_words));
    assert!(!refused(receipt.clone()));

    let stranger = process.client().await;
    let anothers = process.receipt(&stranger, receipt.choice).await;
    assert!(matches!(anothers, Err(GateError::NotFound("choice"))), "{anothers:?}");
    process.erase(&process.operator, ada).await.unwrap();
    let gone = process.receipt(&process.operator, receipt.choice).await;
    assert!(matches!(gone, Err(GateError::Gone(_))), "{gone:?}");
    assert!(verify_receipt(&receipt, process.log_key()).is_ok(), "what they hold still proves it");
    while process.finish_erasures(9).await.unwrap() > 0 {}
    assert!(process.stores.data.choices_of(ada, None, 9).await.unwrap().is_empty());
}
