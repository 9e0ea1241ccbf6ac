//! Durations as prose writes them: `30 days`, `three (3) years`, `24-hour`, `two business weeks`.

use std::ops::Range;

const UNITS: [&str; 8] = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
/// Words that may stand between the number and the unit.
const BETWEEN: [&str; 5] = ["business", "working", "calendar", "full", "consecutive"];
const NUMBERS: [&str; 28] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
];

/// A duration found in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Duration {
    /// Byte offsets into the text.
    pub(super) span: Range<usize>,
    /// As placeholders write it, for example `30 days`; `None` for numbers that are put together of several words.
    pub(super) canonical: Option<String>,
}

/// Every duration of a text, in order.
pub(super) fn find(text: &str) -> Vec<Duration> {
    let words = words(text);
    let ends = (0..words.len()).filter(|at| unit(words[*at].1).is_some());
    ends.filter_map(|end| ending_at(text, &words, end)).collect()
}

type Word<'a> = (usize, &'a str);

fn words(text: &str) -> Vec<Word<'_>> {
    let separators = text.split(|one: char| !one.is_alphanumeric());
    separators
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
        .collect()
}

fn ending_at(text: &str, words: &[Word<'_>], end: usize) -> Option<Duration> {
    let mut first = end;
    let mut number = None;
    while let Some(before) = first.checked_sub(1) {
        let (start, word) = words[before];
        let is_between = number.is_none() && BETWEEN.iter().any(|one| one.eq_ignore_ascii_case(word));
        if !adjoins(&text[start + word.len()..words[first].0]) || !(is_between || is_number(word)) {
            break;
        }
        if !is_between {
            number = Some(before);
        }
        first = before;
    }
    let number = number?;
    let (last_start, last) = words[end];
    Some(Duration {
        span: words[number].0..last_start + last.len(),
        canonical: canonical(words, number, end),
    })
}

/// Whether nothing but spaces, hyphens and brackets stands between two words.
fn adjoins(gap: &str) -> bool {
    gap.chars().all(|one| one.is_whitespace() || matches!(one, '-' | '–' | '(' | ')' | '*' | '_'))
}

fn canonical(words: &[Word<'_>], number: usize, end: usize) -> Option<String> {
    let count = value(words[number].1)?;
    let unit = unit(words[end].1)?;
    let alone = number + 1 == end || (number + 2 == end && value(words[number + 1].1) == Some(count));
    alone.then(|| if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") })
}

fn unit(word: &str) -> Option<&'static str> {
    UNITS.into_iter().find(|unit| {
        let rest = word
            .get(..unit.len())
            .filter(|start| start.eq_ignore_ascii_case(unit))
            .map(|_| &word[unit.len()..]);
        rest.is_some_and(|rest| rest.is_empty() || rest.eq_ignore_ascii_case("s"))
    })
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit()) || NUMBERS.iter().any(|one| one.eq_ignore_ascii_case(word))
}

fn value(word: &str) -> Option<usize> {
    let at = NUMBERS.iter().position(|one| one.eq_ignore_ascii_case(word));
    match at {
        Some(at @ 0..=19) => Some(at + 1),
        Some(at) => Some((at - 17) * 10),
        None => word.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Option<String>)> {
        find(text).into_iter().map(|one| (&text[one.span], one.canonical)).collect()
    }

    #[test]
    fn durations_are_found_however_they_are_written() {
        let canonical = |text: &str| Some(text.to_owned());
        assert_eq!(found("kept 30 days."), [("30 days", canonical("30 days"))]);
        assert_eq!(found("Three years"), [("Three years", canonical("3 years"))]);
        assert_eq!(found("thirteen (13) years of age"), [("thirteen (13) years", canonical("13 years"))]);
        assert_eq!(found("a 24-hour day"), [("24-hour", canonical("24 hours"))]);
        assert_eq!(found("two business\ndays"), [("two business\ndays", None)]);
        assert_eq!(
            found("ninety days, one month"),
            [("ninety days", canonical("90 days")), ("one month", canonical("1 month")),]
        );
        assert_eq!(found("twenty-four hours"), [("twenty-four hours", None)]);
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        for text in
            ["to this day", "May 25, 2018", "section 7. Days later", "two people", "yearly", "3, days"]
        {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
