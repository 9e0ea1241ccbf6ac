use super::*;

pub(super) const CASES: &[Case] = &[
    operator("P0001", "unclosed_string", &[("id = \"hosting\"", "id = \"hosting")]),
    operator("P0001", "key_twice", &[("version = ", "id = \"again\"\nversion = ")]),
    operator("P0002", "misspelt", &[("region = \"US\"", "regoin = \"US\"")]),
    operator("P0002", "unknown_table", &[("[roles.client]", "[vendors.client]")]),
    operator("P0003", "unknown_word", &[("class = \"contact\"", "class = \"contcat\"")]),
    operator("P0003", "wrong_type", &[("minimum = 13", "minimum = \"thirteen\"")]),
    operator("P0003", "no_duration", &[("then = \"P3Y\"", "then = \"a while\"")]),
    operator("P0005", "newer", &[("language = 1", "language = 2")]),
    operator("P0006", "no_label", &[("label = \"clients\"\n", "")]),
];

/// Shown by tests of their own: their text would be a megabyte long.
pub(super) const SHOWN_APART: [&str; 2] = ["P0004", "P0007"];

#[test]
fn a_file_of_ten_megabytes_is_refused_unread() {
    let source = "#".repeat(10 << 20);
    keep("P0004_ten_megabytes", &render(&source[..80], "policy.toml", &found_in(&source, None), false));
}

#[test]
fn deep_nesting_is_refused() {
    let source = format!("a = {}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(found_in(&source, None)[0].code, "P0001");
    let source = format!("{}x = 1", "a.".repeat(100_000));
    assert_eq!(found_in(&source, None)[0].code, "P0001");
    let source = format!("[{}x]", "a.".repeat(100_000));
    assert!(["P0001", "P0002"].contains(&found_in(&source, None)[0].code));
}

#[test]
fn more_than_can_be_proved_is_refused() {
    let roles: String =
        (0..1001).map(|at| format!("[roles.r{at}]\nlabel = \"r\"\nrelation = \"direct\"\n")).collect();
    let source = mutate(OPERATOR, &[("[[sections]]", &format!("{roles}[[sections]]"))]);
    keep("P0007_declarations", &render(&source, "policy.toml", &found_in(&source, None), false));
}

#[test]
fn uses_multiply_and_are_counted_before_they_are_decided() {
    let listed = |name: &str| vec![format!("{name:?}"); 100].join(", ");
    let roles = format!("roles = [{}]\npurposes = [{}]", listed("client"), listed("support"));
    let fields: String = (0..100).map(|at| format!("f{at} = {{ category = \"email\" }}\n")).collect();
    let source = mutate(
        OPERATOR,
        &[
            ("roles = [\"client\", \"end_user\"]\npurposes = [\"support\", \"offers\"]", &roles),
            ("[records.message.fields]\n", &format!("[records.message.fields]\n{fields}")),
        ],
    );
    let found = found_in(&source, None);
    assert_eq!(found.len(), 1);
    assert!(found[0].code == "P0007" && found[0].message.contains("possible uses"), "{found:?}");
}

#[test]
fn a_page_that_would_swell_is_refused() {
    let label = "x".repeat(10_000);
    let source = mutate(
        OPERATOR,
        &[("sending you offers", &label), ("You may:", &format!("You may: {}", "{{purposes}}".repeat(500)))],
    );
    let found = found_in(&source, None);
    assert!(found[0].code == "P0007" && found[0].message.contains("bytes of prose"), "{found:?}");
}

#[test]
fn findings_end() {
    let source = mutate(OPERATOR, &[("You may:", &format!("You may: {}", "1 day, ".repeat(50_000)))]);
    assert_eq!(found_in(&source, None).len(), MOST_FINDINGS);
}
