use super::*;

const SOURCE: &str = "title = \"Größe\" # x\nlabel = \"\"\n";

fn found() -> Diagnostic {
    Diagnostic {
        code: "P0111",
        severity: Severity::Error,
        message: "this label says nothing".to_owned(),
        labels: vec![],
        why: "a person reads it".to_owned(),
        help: "say what it is".to_owned(),
    }
    .at(30..32, "empty")
    .at(0..5, "the title")
}

#[test]
fn the_text_shows_place_why_and_help() {
    insta::assert_snapshot!(render(SOURCE, "policy.toml", &[found()], false), @r#"
    error[P0111]: this label says nothing
     --> policy.toml:2:9
      |
    1 | title = "Größe" # x
      | ----- the title
    2 | label = ""
      |         ^^ empty
      |
      = note: a person reads it
      = help: say what it is
    "#);
}

#[test]
fn colour_is_only_added_when_asked_for() {
    assert!(render(SOURCE, "policy.toml", &[found()], true).contains('\u{1b}'));
    assert!(!render(SOURCE, "policy.toml", &[found()], false).contains('\u{1b}'));
}

#[test]
fn json_counts_columns_in_characters() {
    let hash = SOURCE.find('#').unwrap();
    let here = Diagnostic { labels: vec![], ..found() }.at(hash..hash + 1, "here");
    let json = to_json(SOURCE, "policy.toml", &[here]);
    assert_eq!(json[0]["line"], 1);
    assert_eq!(json[0]["column"], 17);
    assert_eq!(json[0]["severity"], "error");
    assert_eq!(json[0]["labels"][0]["end_column"], 18);
}

#[test]
fn a_span_beyond_the_text_is_moved_back() {
    let beyond = Diagnostic { labels: vec![], ..found() }.at(500..900, "gone");
    assert!(render(SOURCE, "policy.toml", std::slice::from_ref(&beyond), false).contains("gone"));
    assert_eq!(to_json(SOURCE, "policy.toml", &[beyond])[0]["line"], 3);
}

#[test]
fn the_summary_counts() {
    let warning = Diagnostic { severity: Severity::Warning, ..found() };
    assert_eq!(summary(&[]), "no errors");
    assert_eq!(summary(&[found(), found(), warning]), "2 errors, 1 warning");
}
