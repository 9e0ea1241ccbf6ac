//! What holds for every policy, question and facts.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::{
    generate::{Asked, Known, Sketch, alike, anything_asked, asked, known, refused, sketch},
    oracle::{grants, is_obliged},
};
use crate::{
    decide::{ChoiceState, Choices, Question, decide, decide_under},
    diff::{Diff, diff},
    narrow::{inherit, uses_widened, widenings},
    policy::Policy,
};

fn allows(policy: &Policy, asked: &Asked, known: &Known) -> bool {
    decide(policy, &asked.question(), &known.facts()).is_allowed()
}

fn policy(sketch: &Sketch) -> Policy {
    Policy::unchecked(&sketch.toml())
}

/// Several questions a policy, since reading it costs more than asking.
fn questions() -> impl Strategy<Value = Vec<(Asked, Known)>> {
    prop::collection::vec((asked(), known()), 24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn allows_exactly_what_the_declarations_grant(sketch in sketch(), questions in questions()) {
        let policy = policy(&sketch);
        for (asked, known) in &questions {
            prop_assert_eq!(allows(&policy, asked, known), grants(&sketch, asked, known), "{:?} {:?}", asked, known);
        }
    }

    #[test]
    fn a_refusal_more_never_allows_more(sketch in sketch(), refused in refused(), questions in questions()) {
        let mut stricter = sketch.clone();
        stricter.refuses.push(refused);
        let (policy, stricter) = (policy(&sketch), policy(&stricter));
        for (asked, known) in &questions {
            prop_assert!(!allows(&stricter, asked, known) || allows(&policy, asked, known));
        }
    }

    #[test]
    fn a_purpose_less_never_allows_more(sketch in sketch(), which in any::<prop::sample::Index>(), questions in questions()) {
        let mut stricter = sketch.clone();
        for record in stricter.records.values_mut().filter(|record| !record.purposes.is_empty()) {
            record.purposes.remove(which.index(record.purposes.len()));
        }
        let (policy, stricter) = (policy(&sketch), policy(&stricter));
        for (asked, known) in &questions {
            prop_assert!(!allows(&stricter, asked, known) || allows(&policy, asked, known));
        }
    }

    #[test]
    fn a_policy_without_widenings_narrows((outer, inner) in alike(), questions in questions()) {
        let (operator, account) = (policy(&outer), policy(&inner));
        let effective = Policy::unchecked_document(inherit(operator.document(), account.document()));
        let widened = uses_widened(&operator, account.document());
        let both_apply = outer.effective.max(inner.effective);
        for (asked, known) in questions.iter().filter(|(_, known)| known.today.year() >= both_apply) {
            let anywhere = Asked { record: None, ..asked.clone() };
            if allows(&effective, asked, known) && !allows(&operator, &anywhere, known) {
                prop_assert!(widened, "{:?} {:?}", asked, known);
            }
        }
    }

    #[test]
    fn a_policy_neither_widens_nor_differs_from_itself(sketch in sketch()) {
        let policy = policy(&sketch);
        prop_assert_eq!(widenings(&policy, policy.document()), []);
        prop_assert_eq!(diff(&policy, &policy), Diff::default());
    }

    #[test]
    fn a_version_that_permits_more_is_told_as_material((old, new) in alike(), questions in questions()) {
        let (before, after) = (policy(&old), policy(&new));
        let told = diff(&before, &after).is_material();
        for (asked, known) in &questions {
            let more = allows(&after, asked, known) && !allows(&before, asked, known);
            prop_assert!(told || !more, "{:?} {:?}", asked, known);
        }
    }

    #[test]
    fn under_an_operator_both_must_allow((outer, inner) in alike(), questions in questions()) {
        let (operator, account) = (policy(&outer), policy(&inner));
        for (asked, known) in &questions {
            let question = asked.question();
            let decision = decide_under(&operator, Some(&account), &question, &known.facts());
            let above = decide(&operator, &Question { record_type: None, ..question }, &known.facts());
            let own = decide(&account, &question, &known.facts());
            prop_assert_eq!(decision.is_allowed(), above.is_allowed() && own.is_allowed());
            prop_assert_eq!(decision.refusals().len(), above.refusals().len() + own.refusals().len());
        }
    }

    #[test]
    fn every_question_has_an_answer(sketch in sketch(), asked in anything_asked(), known in known(), word in any::<String>()) {
        let choices = Choices([(word.clone(), ChoiceState::Granted)].into());
        let objections = vec![word.clone()];
        let known = Known { choices, region: Some(word.clone()), collected_for: Some(vec![word]), objections, ..known };
        let decision = decide(&policy(&sketch), &asked.question(), &known.facts());
        prop_assert_eq!(decision.is_allowed(), decision.refusals().is_empty());
    }

    #[test]
    fn any_prose_can_be_quoted(sketch in sketch(), prose in "[a-zé .!?{}-]{0,60}", asked in asked(), known in known()) {
        let text = sketch.toml().replace("This is how it is.", &prose);
        let decision = decide(&Policy::unchecked(&text), &asked.question(), &known.facts());
        prop_assert_eq!(decision.is_allowed(), grants(&sketch, &asked, &known));
    }

    #[test]
    fn a_lapsed_agreement_stops(mut sketch in sketch(), questions in questions()) {
        for recipient in sketch.recipients.values_mut() {
            recipient.agreement = Some((2017, Some(2018)));
        }
        let policy = policy(&sketch);
        for (asked, known) in questions.iter().filter(|(asked, _)| asked.recipient.is_some()) {
            prop_assert!(!allows(&policy, asked, known));
        }
    }

    #[test]
    fn an_objection_more_never_allows_more(sketch in sketch(), name in "(support|offers|logs|desk|lab)", questions in questions()) {
        let policy = policy(&sketch);
        for (asked, known) in &questions {
            let mut objecting = known.clone();
            objecting.objections.push(name.clone());
            let allowed = allows(&policy, asked, &objecting);
            prop_assert!(!allowed || allows(&policy, asked, known));
            // What the law obliges to is not objected to; who receives it can be.
            let barred = asked.recipient.as_ref() == Some(&name)
                || (asked.purpose == name && !is_obliged(&sketch, asked));
            prop_assert!(!allowed || !barred);
        }
    }

    #[test]
    fn consent_is_never_presumed(mut sketch in sketch(), questions in questions()) {
        for purpose in sketch.purposes.values_mut() {
            purpose.basis = "consent";
        }
        let policy = policy(&sketch);
        for (asked, known) in &questions {
            let said = known.choices.about("purposes", &asked.purpose);
            prop_assert!(said == Some(ChoiceState::Granted) || !allows(&policy, asked, known));
        }
    }
}

/// The properties above say little about policies that allow nothing or everything.
#[test]
fn the_generated_policies_allow_and_refuse_often_enough() {
    let mut runner = TestRunner::deterministic();
    let (mut allowed, mut asked_in_all) = (0, 0);
    for _ in 0..50 {
        let sketch = sketch().new_tree(&mut runner).unwrap().current();
        let policy = policy(&sketch);
        for (asked, known) in questions().new_tree(&mut runner).unwrap().current() {
            allowed += u32::from(allows(&policy, &asked, &known));
            asked_in_all += 1;
        }
    }
    assert!(allowed * 30 > asked_in_all && allowed * 2 < asked_in_all, "{allowed} of {asked_in_all}");
}
