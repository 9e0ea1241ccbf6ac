mod browser;
mod complaints;
mod sites;

use super::*;

const OPERATOR: &str = include_str!("../../tests/operator.toml");

/// The changes when texts of the policy are replaced: `+` newly permitted, `-` no longer, `~` otherwise, and
/// `!` when material.
fn changes(replacements: &[(&str, &str)]) -> Vec<String> {
    let mut source = OPERATOR.to_owned();
    for (from, to) in replacements {
        assert!(source.contains(from), "the fixture no longer holds {from}");
        source = source.replacen(from, to, 1);
    }
    let found = diff(&Policy::unchecked(OPERATOR), &Policy::unchecked(&source));
    let told = |mark: &str, changes: &[Change]| -> Vec<String> {
        changes
            .iter()
            .map(|change| format!("{mark}{} {}", if change.material { "!" } else { "" }, change.sentence))
            .collect()
    };
    [told("+", &found.newly_permitted), told("-", &found.no_longer_permitted), told("~", &found.other)]
        .concat()
}

#[test]
fn a_policy_does_not_differ_from_itself() {
    assert_eq!(changes(&[]), Vec::<String>::new());
}

#[test]
fn one_line_that_permits_marketing_is_one_sentence() {
    let from = r#"purposes = ["support", "improvement"]"#;
    let to = r#"purposes = ["support", "improvement", "marketing"]"#;
    assert_eq!(
        changes(&[(from, to)]),
        ["+! Your support messages may now be used for sending offers, if you are a client."]
    );
}

#[test]
fn a_use_taken_back_is_not_material() {
    let from = r#"purposes = ["support", "marketing"]"#;
    assert_eq!(
        changes(&[(from, r#"purposes = ["support"]"#)]),
        ["- Your profiles may no longer be used for sending offers."]
    );
}

#[test]
fn a_section_that_no_longer_refuses_permits() {
    let from = r#"refuses = [{ category = "message_text", purpose = "improvement" }]"#;
    assert_eq!(
        changes(&[(from, "")]),
        ["+! The message text in your support messages may now be used for improving the service."]
    );
}

#[test]
fn a_field_more_is_told_once_for_all_purposes() {
    let profile = "retention = \"profiles\"\n[records.profile.fields]\n";
    let with = format!("{profile}body = {{ category = \"message_text\" }}\n");
    assert_eq!(
        changes(&[(profile, &with)]),
        ["+! The message text in your profiles may now be used for answering messages and sending offers."]
    );
}

#[test]
fn record_types_are_told_whole() {
    let crash = "[records.crash]\nlabel = \"crash reports\"\nroles = [\"client\"]\npurposes = [\"support\"]\n\
                 retention = \"logs\"\n[records.crash.fields]\nemail = { category = \"email\" }\n\n[retention.messages]";
    assert_eq!(
        changes(&[("[retention.messages]", crash)]),
        ["+! Now held, if you are a client: your crash reports (e-mail address), for answering messages."]
    );
}

#[test]
fn recipients_receive_more_and_less() {
    let receives = r#"receives = ["email", "name"]"#;
    assert_eq!(
        changes(&[(receives, r#"receives = ["email"]"#)]),
        ["- Zendesk no longer receives your name."]
    );
    assert_eq!(
        changes(&[(receives, r#"receives = ["email", "name", "message_text"]"#)]),
        ["+! Zendesk may now receive your message text, for answering messages."]
    );
    assert_eq!(
        changes(&[(r#"region = "US""#, r#"region = "DE""#)]),
        ["~! Zendesk keeps your data in DE instead of US."]
    );
    assert_eq!(
        changes(&[("until = 2030-01-01\n", "")]),
        ["~! The agreement with Zendesk holds until it is ended instead of 2030-01-01."]
    );
}

#[test]
fn retention_is_told_for_what_is_kept() {
    assert_eq!(
        changes(&[("then = \"P3Y\"", "then = \"P4Y\"")]),
        ["~! Support messages: kept 4 years instead of 3 years."]
    );
    assert_eq!(
        changes(&[("then = \"P3Y\"", "then = \"P1Y\"")]),
        ["~ Support messages: kept 1 year instead of 3 years."]
    );
    assert_eq!(changes(&[("then = \"P3Y\"", "then = \"P36M\"")]), Vec::<String>::new());
}

#[test]
fn a_weaker_choice_is_material_and_a_stronger_is_not() {
    assert_eq!(
        changes(&[(r#"choice = "opt_in""#, r#"choice = "opt_out""#)]),
        ["~! Sending offers happens unless you say no instead of only after you say yes."]
    );
    assert_eq!(
        changes(&[("region = \"US\"\nchoice = \"opt_out\"", "region = \"US\"\nchoice = \"opt_in\"")]),
        ["~ Zendesk receives data only after you say yes instead of unless you say no."]
    );
}

#[test]
fn every_other_declaration_is_compared() {
    for (from, to, expected) in [
        ("P30D", "P60D", "~! The cookie that keeps you signed in lives 60 days instead of 30 days."),
        (
            "party = \"first\"",
            "party = \"third\"",
            "~! The cookie that keeps you signed in is set by someone else instead of us.",
        ),
        (
            r#"places = ["page"]"#,
            r#"places = ["page", "email"]"#,
            "+! An invisible image may now stand in email.",
        ),
        (
            "deadline = \"P1M\"",
            "deadline = \"P2M\"",
            "~! A request to see what is held is answered within 2 months instead of 1 month.",
        ),
        (
            "extension = \"P2M\"",
            "",
            "~ The deadline of a request to see what is held may be extended by no time instead of 2 months.",
        ),
        (
            "exceptions = []",
            "exceptions = [\"fraud\"]",
            "~! A request to see what is held is now limited by fraud under investigation.",
        ),
        (
            "records = [\"message\"]",
            "records = []",
            "- An erasure no longer leaves support messages (fraud under investigation).",
        ),
        (
            "to = [\"court\"]",
            "to = [\"court\", \"law_enforcement\"]",
            "+! Data may now be disclosed to law enforcement when a court orders it.",
        ),
        (
            "approvals = 2",
            "approvals = 3",
            "~ A disclosure when a court orders it needs 3 approvals instead of 2.",
        ),
        ("notify = true", "", "~! You are no longer told of a disclosure when a court orders it."),
        ("from = \"FR\"", "from = \"*\"", "+! Data may now move from any country to DE."),
        ("deployment = \"DE\"", "deployment = \"US\"", "~! Your data is kept in US instead of DE."),
        ("minimum = 13", "minimum = 12", "~! Data is held about people from 12 years on instead of 13."),
        (
            "unknown = \"refuse\"",
            "unknown = \"allow\"",
            "+! Data may now be held about people whose age is unknown.",
        ),
        (
            "accounts = \"refuse\"",
            "accounts = \"flag\"",
            "+! Sensitive data in the fields of accounts is flagged instead of refused.",
        ),
        ("\"health\", ", "", "+! Health no longer counts as sensitive."),
        ("name = \"Example\"", "name = \"Bigger\"", "~! Bigger is responsible instead of Example."),
        ("Offers need a yes", "Offers need consent", "~ Section 1, What we use, is reworded."),
    ] {
        let found = changes(&[(from, to)]);
        assert!(found.iter().any(|change| change == expected), "{from} → {to}: {found:#?}");
    }
}

#[test]
fn requests_are_taken_and_answered_otherwise() {
    for (from, to, expected) in [
        ("P7D", "P3D", "~! What you asked for can be fetched for 3 days instead of 7 days."),
        ("P7D", "P9D", "~ What you asked for can be fetched for 9 days instead of 7 days."),
        (
            "record = \"message\"",
            "record = \"profile\"",
            "~! What you write in a request is kept among profiles instead of support messages.",
        ),
        (
            "purpose = \"support\"\npackage",
            "purpose = \"improvement\"\npackage",
            "~! Requests serve improving the service instead of answering messages.",
        ),
        (
            "take_over",
            "alarm",
            "~! A request that a Client leaves unanswered is no longer answered by the operator.",
        ),
        (
            "rights = [\"access\"]",
            "rights = []",
            "~! A request to see what is held no longer reaches the newsletter tool.",
        ),
        (
            "owner = \"marketing@",
            "owner = \"sales@",
            "~ The newsletter tool is seen to by sales@example.com instead of marketing@example.com.",
        ),
    ] {
        assert_eq!(changes(&[(from, to)]), [expected], "{from} → {to}");
    }
    assert_eq!(changes(&[("P7D", "P1W")]), Vec::<String>::new(), "the same time in other units");
    assert_eq!(
        changes(&[("[systems.newsletter_tool]", "[systems.other]")]),
        [
            "~ Requests now also reach the newsletter tool.",
            "~! Requests no longer reach the newsletter tool."
        ]
    );
}

#[test]
fn what_is_attested_less_often_or_not_at_all_is_told() {
    let told = |before: &str, after: &str| -> Vec<(String, bool)> {
        let found = diff(&Policy::unchecked(before), &Policy::unchecked(after)).other;
        found.into_iter().map(|one| (one.sentence, one.material)).collect()
    };
    let attested = format!(
        "{OPERATOR}\n[attestations.doors]\nlabel = \"the doors are locked\"\npromise = \"security\"\nowner = \"the porter\"\nevery = \"P1Y\"\n"
    );
    for (before, after, sentence, material) in [
        (OPERATOR, attested.as_str(), "Someone now attests that the doors are locked.", false),
        (attested.as_str(), OPERATOR, "Nobody attests any longer that the doors are locked.", true),
        (
            attested.as_str(),
            &attested.replace(
                "owner = \"the porter\"\nevery = \"P1Y\"",
                "owner = \"the porter\"\nevery = \"P2Y\"",
            ),
            "Someone attests that the doors are locked every 2 years instead of 1 year.",
            true,
        ),
        (
            attested.as_str(),
            &attested.replace("the porter", "the guard"),
            "That the doors are locked is attested by the guard instead of the porter.",
            false,
        ),
    ] {
        assert_eq!(told(before, after), [(sentence.to_owned(), material)]);
    }
}

#[test]
fn requests_are_taken_where_they_were_not_and_the_reverse() {
    let told = |before: &str, after: &str| -> Vec<(String, bool)> {
        let found = diff(&Policy::unchecked(before), &Policy::unchecked(after)).other;
        found.into_iter().map(|one| (one.sentence, one.material)).collect()
    };
    let (at, end) = (OPERATOR.find("[requests]").unwrap(), OPERATOR.find("[systems").unwrap());
    let without = format!("{}{}", &OPERATOR[..at], &OPERATOR[end..]);
    let alarmed = OPERATOR.replace("take_over", "alarm");
    let idle = OPERATOR.replace("rights = [\"access\"]", "rights = []");
    let inside = OPERATOR.replace("\"take_over\"", "\"take_over\"\nend_users = \"let_in\"");
    for (before, after, sentence, material) in [
        (without.as_str(), OPERATOR, "The policy now says how requests are taken.", false),
        (OPERATOR, without.as_str(), "The policy no longer says how requests are taken.", true),
        (
            alarmed.as_str(),
            OPERATOR,
            "A request that a Client leaves unanswered is now answered by the operator.",
            false,
        ),
        (OPERATOR, inside.as_str(), "End Users of a Client are now let into the privacy center.", false),
        (inside.as_str(), OPERATOR, "End Users of a Client are no longer let into the privacy center.", true),
        (
            idle.as_str(),
            OPERATOR,
            "A request to see what is held now also reaches the newsletter tool.",
            false,
        ),
    ] {
        assert_eq!(told(before, after), [(sentence.to_owned(), material)]);
    }
}

#[test]
fn what_only_one_version_declares() {
    for (from, to, added, removed) in [
        (
            "[cookies.session]",
            "[cookies.other]",
            "The cookie that keeps you signed in may now be set for 30 days, for answering messages.",
            "The cookie that keeps you signed in is no longer set.",
        ),
        (
            "[beacons.pixel]",
            "[beacons.other]",
            "An invisible image may now stand in page.",
            "An invisible image is no longer used.",
        ),
        (
            "[disclosures.court_order]",
            "[disclosures.other]",
            "Data may now be disclosed to court when a court orders it.",
            "Data is no longer disclosed when a court orders it.",
        ),
        (
            "[exceptions.fraud]",
            "[exceptions.other]",
            "An erasure now leaves support messages (fraud under investigation).",
            "An erasure no longer leaves support messages (fraud under investigation).",
        ),
    ] {
        assert_eq!(changes(&[(from, to)]), [format!("+! {added}"), format!("- {removed}")], "{from}");
    }
    assert_eq!(
        changes(&[("[rights.access]", "[rights.portability]")]),
        ["~ You may now ask to see what is held.", "~! You may no longer ask to see what is held."]
    );
}

/// What is asked again about when texts of the policy are replaced.
fn asked_again(replacements: &[(&str, &str)]) -> Vec<String> {
    let source = replacements.iter().fold(OPERATOR.to_owned(), |source, (from, to)| {
        assert!(source.contains(from), "the fixture no longer holds {from}");
        source.replacen(from, to, 1)
    });
    asks_again(&Policy::unchecked(OPERATOR), &Policy::unchecked(&source)).into_iter().collect()
}

#[test]
fn a_yes_is_asked_for_again_where_more_is_done_with_it() {
    let from = r#"purposes = ["support", "improvement"]"#;
    let to = r#"purposes = ["support", "improvement", "marketing"]"#;
    assert_eq!(asked_again(&[(from, to)]), ["purposes.marketing"]);
    let less = r#"purposes = ["support"]"#;
    assert_eq!(asked_again(&[(from, less)]), Vec::<String>::new(), "less than before is covered");
}

#[test]
fn a_yes_is_asked_for_again_where_it_is_kept_longer_elsewhere_or_by_someone_else() {
    let longer = asked_again(&[("then = \"P3Y\"", "then = \"P5Y\"")]);
    assert_eq!(longer, ["purposes.improvement", "purposes.support"], "of the record types under that clock");
    assert_eq!(asked_again(&[("then = \"P3Y\"", "then = \"P1Y\"")]), Vec::<String>::new());
    let elsewhere = asked_again(&[("region = \"US\"", "region = \"BR\"")]);
    assert_eq!(elsewhere, ["purposes.support", "recipients.zendesk"]);
    let more = asked_again(&[(
        r#"receives = ["email", "name"]"#,
        r#"receives = ["email", "name", "message_text"]"#,
    )]);
    assert_eq!(more, ["purposes.support", "recipients.zendesk"]);
}

#[test]
fn another_sense_of_a_word_asks_again_and_other_words_do_not() {
    let source = OPERATOR.to_owned();
    let purpose = source.split("[purposes.marketing]").nth(1).unwrap();
    let line = purpose.lines().find(|line| line.starts_with("dpv")).unwrap();
    let block = format!("[purposes.marketing]{}", &purpose[..purpose.find(line).unwrap() + line.len()]);
    let other = block.replace(line, "dpv = \"dpv:PersonalisedAdvertising\"");
    assert_eq!(asked_again(&[(&block, &other)]), ["purposes.marketing"]);
    let label = purpose.lines().find(|line| line.starts_with("label")).unwrap();
    let words = block.replace(label, "label = \"writing to you about offers\"");
    assert_eq!(asked_again(&[(&block, &words)]), Vec::<String>::new());
}

#[test]
fn where_the_policy_says_that_it_never_asks_again_it_does_not() {
    assert!(!OPERATOR.contains("[changes]"), "the fixture says nothing of it");
    let saying = |asks: bool, source: &str| {
        Policy::unchecked(&format!(
            "{source}\n[changes]\nnotice = [\"site\"]\nmaterial_asks_again = {asks}\n"
        ))
    };
    let from = r#"purposes = ["support", "improvement"]"#;
    let after = OPERATOR.replacen(from, r#"purposes = ["support", "improvement", "marketing"]"#, 1);
    assert!(asks_again(&saying(false, OPERATOR), &saying(false, &after)).is_empty());
    for (before, now) in [(true, false), (false, true)] {
        assert!(!asks_again(&saying(before, OPERATOR), &saying(now, &after)).is_empty());
    }
}
