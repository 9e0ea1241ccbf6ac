//! `bailee policy`

use std::{fs, path::Path};

use serde_json::json;
use stories::policy;
use tempfile::TempDir;

use super::{Printed, run, run_with};

const SHOP: &str = "web-shop-gdpr.toml";
const OPERATOR: &str = "influxis-2018.toml";
const ACCOUNT: &str = "client-fanclub.toml";

/// A folder with copies of the policies of the repository.
fn policies() -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in [SHOP, OPERATOR, ACCOUNT] {
        fs::copy(policy(name), folder.path().join(name)).unwrap();
    }
    folder
}

/// A copy of the shop's policy with a few words changed.
fn changed(folder: &Path, name: &str, words: &str, into: &str) {
    let text = fs::read_to_string(folder.join(SHOP)).unwrap();
    assert!(text.contains(words), "the shop's policy has no `{words}`");
    fs::write(folder.join(name), text.replace(words, into)).unwrap();
}

/// Asks the reference policy about the e-mail address of a client.
fn explained(folder: &Path, more: &[&str]) -> Printed {
    let question =
        ["policy", "explain", OPERATOR, "--category", "email", "--role", "client", "--on", "2026-01-01"];
    run(folder, &[&question, more].concat())
}

#[test]
fn policies_without_errors_pass() {
    let folder = policies();
    let checked = run(folder.path(), &["policy", "check", SHOP, OPERATOR]);
    assert_eq!(checked.code, Some(0), "{}", checked.out);
    insta::assert_snapshot!(checked.out, @r"
    web-shop-gdpr.toml: no errors
    influxis-2018.toml: no errors
    2 files: no errors
    ");
}

#[test]
fn an_error_is_shown_in_its_place_and_fails() {
    let folder = policies();
    changed(folder.path(), "bad.toml", "region = \"IE\"", "region = \"XX\"");
    let checked = run(folder.path(), &["policy", "check", "bad.toml"]);
    assert_eq!(checked.code, Some(1));
    insta::assert_snapshot!(checked.out, @r#"
    error[P0410]: `mailing` keeps data in XX, and no transfer from DE to XX is allowed
       --> bad.toml:353:10
        |
    353 | region = "XX"
        |          ^^^^ not covered
    ...
    431 | deployment = "DE"
        |              ---- data leaves from here
        |
        = note: every disclosure to it would be refused
        = help: add `{ from = "DE", to = "XX", safeguard = "…" }` to `allowed`, if there is a safeguard

    bad.toml: 1 error
    "#);
    let found = run(folder.path(), &["policy", "check", "--json", "bad.toml", SHOP]).json();
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    let place = json!([found[0]["code"], found[0]["file"], found[0]["line"], found[0]["column"]]);
    assert_eq!(place, json!(["P0410", "bad.toml", 353, 10]));
}

#[test]
fn an_account_is_compared_with_its_operator_and_warnings_can_be_denied() {
    let folder = policies();
    let checked = |more: &[&str]| run(folder.path(), &[&["policy", "check", ACCOUNT], more].concat());
    assert_eq!(checked(&["--under", OPERATOR, "--deny-warnings"]).code, Some(0));
    let alone = checked(&[]);
    assert!(alone.code == Some(0) && alone.out.contains("warning[P0706]"), "{}", alone.out);
    assert_eq!(checked(&["--deny-warnings"]).code, Some(1));
}

#[test]
fn what_is_no_policy_is_said_so() {
    let folder = policies();
    let duplicate = run_with(folder.path(), &["policy", "check", "-"], b"a = 1\na = 2\n");
    assert!(duplicate.code == Some(1) && duplicate.out.contains("error[P0001]"), "{}", duplicate.out);
    let bytes = run_with(folder.path(), &["policy", "check", "-"], b"a = 1\nb = \"\xff\"\n");
    assert_eq!(bytes.code, Some(2));
    insta::assert_snapshot!(bytes.err, @"error: - is not UTF-8: line 2 holds bytes that are no text");
    let missing = run(folder.path(), &["policy", "check", "nothing.toml"]);
    assert_eq!(missing.code, Some(2));
    insta::assert_snapshot!(missing.err, @r"
    error: cannot read nothing.toml
      because: No such file or directory (os error 2)
    ");
}

#[test]
fn a_code_is_explained() {
    let folder = policies();
    let known = run(folder.path(), &["policy", "check", "--explain", "p0206"]);
    insta::assert_snapshot!(known.out, @r"
    error[P0206]: a record type without retention
      why: without a clock the records would be kept forever
    ");
    let unknown = run(folder.path(), &["policy", "check", "--explain", "P9999"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("there is no code P9999"), "{}", unknown.err);
}

#[test]
fn an_answer_quotes_its_clause() {
    let folder = policies();
    let allowed = explained(folder.path(), &["--purpose", "support", "--exit-code"]);
    assert_eq!(allowed.code, Some(0));
    assert!(allowed.out.starts_with("Yes: ") && allowed.out.contains("clause 4"), "{}", allowed.out);
    let denied = ["--purpose", "marketing", "--choice", "purposes.marketing=denied"];
    let refused = explained(folder.path(), &denied);
    assert_eq!(refused.code, Some(0), "an answer was given");
    assert!(refused.out.starts_with("No: the person said no."), "{}", refused.out);
    assert_eq!(explained(folder.path(), &[&denied[..], &["--exit-code"]].concat()).code, Some(1));
    let json = explained(folder.path(), &[&denied[..], &["--json"]].concat()).json();
    assert_eq!((&json["allowed"], &json["reasons"][0]["reason"]), (&json!(false), &json!("choice_denied")));
}

#[test]
fn a_question_about_nothing_declared_is_helped() {
    let folder = policies();
    let purpose = explained(folder.path(), &["--purpose", "suport"]);
    assert!(purpose.err.contains("help: the policy declares the purposes orders, "), "{}", purpose.err);
    let choice = explained(folder.path(), &["--purpose", "support", "--choice", "purposes.suport=denied"]);
    assert_eq!(choice.code, Some(2));
    assert!(choice.err.contains("no choice can be about `purposes.suport`"), "{}", choice.err);
    let state = explained(folder.path(), &["--purpose", "support", "--choice", "purposes.support=maybe"]);
    assert!(state.code == Some(2) && state.err.contains("granted, denied or withdrawn"), "{}", state.err);
}

#[test]
fn a_policy_with_errors_answers_nothing() {
    let folder = policies();
    changed(folder.path(), "bad.toml", "region = \"IE\"", "region = \"XX\"");
    let commands: [&[&str]; 4] = [
        &["render", "bad.toml"],
        &["map", "bad.toml"],
        &["diff", SHOP, "bad.toml"],
        &["explain", "bad.toml", "--purpose", "a", "--category", "b", "--role", "c"],
    ];
    for command in commands {
        let failed = run(folder.path(), &[&["policy"], command].concat());
        assert_eq!((failed.code, failed.out.as_str()), (Some(2), ""), "{command:?}");
        assert!(failed.err.contains("error[P0410]") && failed.err.ends_with("error: bad.toml has 1 error\n"));
    }
}

#[test]
fn a_difference_is_told_in_sentences() {
    let folder = policies();
    let compared = |more: &[&str]| run(folder.path(), &[&["policy", "diff", SHOP], more].concat());
    assert_eq!(compared(&[SHOP, "--exit-code"]).out, "Nothing changes for anyone.\n");
    changed(folder.path(), "longer.toml", "then = \"P6M\"", "then = \"P9M\"");
    let longer = compared(&["longer.toml", "--exit-code"]);
    assert_eq!(longer.code, Some(1));
    insta::assert_snapshot!(longer.out, @r"
    Otherwise than before
      ~ Questions: kept 9 months after the last change instead of 6 months after the last change. [material]
          retention.questions

    1 change, and it is material: people must be asked again.
    ");
    let json = compared(&["longer.toml", "--json"]).json();
    assert_eq!((&json["material"], &json["newly_permitted"]), (&json!(true), &json!([])));
}

#[test]
fn the_page_and_the_map_come_in_their_formats() {
    let folder = policies();
    let page = run(folder.path(), &["policy", "render", SHOP, "--stylesheet", "/style.css"]).out;
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("href=\"/style.css\""));
    let written =
        run(folder.path(), &["policy", "render", SHOP, "--format", "markdown", "--output", "page.md"]);
    assert_eq!((written.code, written.out.as_str()), (Some(0), ""));
    assert!(fs::read_to_string(folder.path().join("page.md")).unwrap().starts_with("# "));
    let rows = run(folder.path(), &["policy", "map", SHOP, "--format", "json"]).json();
    let csv = run(folder.path(), &["policy", "map", SHOP, "--format", "csv"]).out;
    assert!(csv.starts_with("roles,record_type,"), "{csv}");
    assert_eq!(csv.lines().count(), rows.as_array().unwrap().len() + 1);
    let table = run(folder.path(), &["policy", "map", SHOP]).out;
    let field = rows[0]["field"].as_str().unwrap();
    assert!(table.contains(&format!(".{field}")), "{table}");
}

#[test]
fn expected_answers_are_tested_where_they_stand() {
    let folder = policies();
    fs::create_dir(folder.path().join("expected")).unwrap();
    let question = |purpose: &str, answer: &str| {
        format!(
            "[[expect]]\nrole = \"client\"\ncategory = \"email\"\npurpose = \"{purpose}\"\nanswer = \"{answer}\"\n"
        )
    };
    let head = "policy = \"../influxis-2018.toml\"\ntoday = 2026-01-01\n";
    let file = format!("{head}{}{}", question("support", "yes"), question("statistics", "yes"));
    fs::write(folder.path().join("expected/answers.toml"), file).unwrap();
    let tested = run(folder.path(), &["policy", "test", "expected/answers.toml"]);
    assert_eq!(tested.code, Some(1));
    insta::assert_snapshot!(tested.out, @r"
    pass expected/answers.toml:3: may support read the e-mail address of a client? yes
    FAIL expected/answers.toml:8: may statistics read the e-mail address of a client?
           expected: yes
                got: no, clause 4: no record of this role holds this category for this purpose
    1 of 2 answers are as expected
    ");
    let json = run(folder.path(), &["policy", "test", "expected/answers.toml", "--json"]).json();
    assert_eq!(
        (&json[0]["passed"], &json[1]["passed"], &json[1]["line"]),
        (&json!(true), &json!(false), &json!(8))
    );
    let shipped = policy("influxis-2018.expect.toml");
    let shipped = run(folder.path(), &["policy", "test", shipped.to_str().unwrap()]);
    assert_eq!(shipped.code, Some(0), "{}", shipped.out);
}
