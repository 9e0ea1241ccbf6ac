//! Whatever a file holds, the checker answers.

use proptest::prelude::*;

use super::*;

fn checked(source: &str) {
    let found = found_in(source, None);
    for one in &found {
        assert!(!one.labels.is_empty() && !one.help.is_empty() && !one.message.is_empty(), "{one:?}");
    }
    let _ = render(source, "policy.toml", &found, false);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn truncated_policies_are_answered(cut in 0..OPERATOR.len()) {
        checked(&OPERATOR[..cut]);
    }

    #[test]
    fn policies_with_a_piece_missing_or_moved_are_answered(
        start in 0..OPERATOR.len(),
        length in 0..60_usize,
        to in 0..OPERATOR.len(),
    ) {
        let end = (start + length).min(OPERATOR.len());
        let (piece, mut text) = (&OPERATOR[start..end], OPERATOR.to_owned());
        text.insert_str(to, piece);
        checked(&text);
        text.replace_range(start..end, "");
        checked(&text);
    }

    #[test]
    fn policies_with_lines_missing_are_answered(lost in proptest::collection::btree_set(0..200_usize, 0..8)) {
        let lines = OPERATOR.lines().enumerate().filter(|(at, _)| !lost.contains(at));
        checked(&lines.map(|(_, line)| format!("{line}\n")).collect::<String>());
    }

    #[test]
    fn prose_of_any_kind_is_answered(prose in "[\\PC{}\\n]{0,80}") {
        let literal = prose.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        checked(&mutate(OPERATOR, &[("title = \"What we use\"", &format!("title = \"x\"\nx = \"{literal}\""))]));
        checked(&mutate(OPERATOR, &[("You may: {{rights}}", &format!("You may: {{{{rights}}}} {literal}"))]));
    }
}

const REFERENCE: &str = include_str!("../../../../../policies/influxis-2018.toml");

fn boundary(cut: usize) -> usize {
    (0..=cut).rev().find(|at| REFERENCE.is_char_boundary(*at)).unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_reference_policy_is_answered_however_it_is_cut(
        cut in 0..REFERENCE.len(),
        lost in proptest::collection::btree_set(0..900_usize, 0..8),
    ) {
        checked(&REFERENCE[..boundary(cut)]);
        let lines = REFERENCE.lines().enumerate().filter(|(at, _)| !lost.contains(at));
        checked(&lines.map(|(_, line)| format!("{line}\n")).collect::<String>());
    }
}
