//! Bodies made of whatever JSON is made of, and of what it is not: read or refused, never a panic, nothing repeated.

use proptest::prelude::*;
use serde_json::Value;

use super::{StrictObject, parse};
use crate::routes::{BulkLine, CreateRecord};

/// Pieces of good bodies, and of bad ones.
fn body() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"fields\"",
        "\"full_name\"",
        "\"secret\"",
        "\"source\"",
        "\"subject\"",
        "\"collected_for\"",
        "\"create\"",
        "\"role\"",
        "\"type\"",
        "\"record\"",
        "\"born\"",
        "\"1990-01-01\"",
        "null",
        "true",
        "-1",
        "1e999",
        "18446744073709551616",
        "\"\\ud800\"",
        "\u{0}",
        "\\",
        "\"",
        " ",
        "é",
    ]);
    let whole = prop::sample::select(vec![
        r#"{"fields":{"full_name":"secret"},"source":"subject"}"#,
        r#"{"create":{"role":"end_user","born":"1990-01-01"},"type":"t","record":{"fields":{"a":[1,{"b":null}]}}}"#,
    ]);
    let changed = (whole, 0_usize..110, 0_usize..4, pieces.clone()).prop_map(|(text, at, drop, piece)| {
        let mut characters: Vec<char> = text.chars().collect();
        let at = at.min(characters.len());
        let end = (at + drop).min(characters.len());
        characters.splice(at..end, piece.chars());
        characters.into_iter().collect::<String>()
    });
    prop_oneof![changed, prop::collection::vec(pieces, 0..24).prop_map(|parts| parts.concat())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_body_is_read_or_refused(text in body()) {
        for refusal in [parse::<CreateRecord>(text.as_bytes()).err(), parse::<BulkLine>(text.as_bytes()).err()] {
            prop_assert!(refusal.is_none_or(|problem| !problem.detail.contains("secret")));
        }
        if let Ok(StrictObject(read)) = parse::<StrictObject>(text.as_bytes()) {
            let plain: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(Value::Object(read), plain);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(parse::<BulkLine>(&bytes));
        drop(parse::<StrictObject>(&bytes));
    }
}

#[test]
fn a_repeated_member_is_refused_at_every_depth() {
    for text in [r#"{"a":1,"a":1}"#, r#"{"a":{"b":1,"b":1}}"#, r#"{"a":[{"b":1,"b":1}]}"#] {
        assert!(parse::<StrictObject>(text.as_bytes()).is_err(), "{text}");
    }
}
