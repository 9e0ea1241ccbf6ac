//! National identifiers whose check digits are right: Belgium, France, Germany, Italy, Spain. Those of countries that use
//! none cannot be told from any other number, and are not looked for.

use super::{NATIONAL_IDENTIFIER, Screen, Suspicion, text::Folded};

/// Belgium and Germany write eleven digits, France fifteen.
const LENGTHS: std::ops::RangeInclusive<usize> = 11..=15;

/// The tax code that descriptions of the Italian one give as their example.
pub(super) const SAMPLE: &str = "rssmra85t10a562s";

pub(super) struct Identifiers;

impl Screen for Identifiers {
    fn look(&self, text: &Folded, suspicion: &mut Suspicion) {
        if any_identifier(text.as_str()) {
            suspicion.classes.insert(NATIONAL_IDENTIFIER);
        }
    }
}

/// Looks at each run of letters and digits by itself, and at runs of digits that single separators join.
fn any_identifier(text: &str) -> bool {
    let mut joined = String::new();
    let mut end = 0;
    for (start, run) in runs(text) {
        let is_number = run.bytes().all(|byte| byte.is_ascii_digit());
        let is_next = matches!(&text[end..start], " " | "-" | "." | "/");
        end = start + run.len();
        if !(is_number && is_next) {
            if is_numeric_identifier(&joined) || (is_next && is_spanish(&format!("{joined}{run}"))) {
                return true;
            }
            joined.clear();
        }
        if is_italian(run) || is_spanish(run) || is_numeric_identifier(run) {
            return true;
        }
        if is_number && joined.len() <= *LENGTHS.end() {
            joined.push_str(run);
        }
    }
    is_numeric_identifier(&joined)
}

/// The runs of ASCII letters and digits, each with its place.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_within = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    let mut place = 0;
    text.as_bytes().chunk_by(move |one, other| is_within(one) == is_within(other)).filter_map(move |chunk| {
        let start = place;
        place += chunk.len();
        is_within(&chunk[0]).then(|| (start, &text[start..place]))
    })
}

fn is_numeric_identifier(digits: &str) -> bool {
    LENGTHS.contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (is_belgian(digits) || is_french(digits) || is_german(digits))
}

fn number(digits: &str) -> Option<u64> {
    digits.parse().ok()
}

/// Whether two digits lie in a range.
fn is_within(digits: &str, range: std::ops::RangeInclusive<u64>) -> bool {
    number(digits).is_some_and(|number| range.contains(&number))
}

/// The national register number: date of birth, serial number, and 97 less the rest of all that divided by 97, with a 2
/// before it for those born since 2000.
fn is_belgian(digits: &str) -> bool {
    let check = |prefix: &str| number(&format!("{prefix}{}", &digits[..9])).map(|number| 97 - number % 97);
    digits.len() == 11
        && is_within(&digits[2..4], 1..=12)
        && is_within(&digits[4..6], 1..=31)
        && [check(""), check("2")].contains(&number(&digits[9..]))
}

/// The number of the register of natural persons (NIR): sex, year, month, place, serial number, and 97 less the rest.
fn is_french(digits: &str) -> bool {
    digits.len() == 15
        && matches!(digits.as_bytes()[0], b'1' | b'2')
        && is_within(&digits[3..5], 1..=12)
        && number(&digits[..13]).map(|number| 97 - number % 97) == number(&digits[13..])
}

/// The tax identification number: eleven digits, of which ten have exactly one digit twice or three times, and a check
/// digit by ISO/IEC 7064, MOD 11,10.
fn is_german(digits: &str) -> bool {
    let values: Vec<u32> = digits.bytes().map(|byte| u32::from(byte - b'0')).collect();
    let [first @ .., last] = values.as_slice() else { return false };
    let count = |digit| first.iter().filter(|one| **one == digit).count();
    let repeated: Vec<usize> = (0..10).map(count).filter(|count| *count > 1).collect();
    let product = first.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    values.len() == 11 && first[0] != 0 && matches!(repeated[..], [2 | 3]) && (11 - product) % 10 == *last
}

/// The number of an identity document: eight digits, or for foreigners X, Y or Z and seven, and a letter that their rest
/// divided by 23 names.
fn is_spanish(run: &str) -> bool {
    const LETTERS: &[u8; 23] = b"trwagmyfpdxbnjzsqvhlcke";
    if run.len() != 9 || !run.is_ascii() {
        return false;
    }
    let (body, letter) = run.split_at(8);
    let digits = match body.split_at(1) {
        ("x", rest) => format!("0{rest}"),
        ("y", rest) => format!("1{rest}"),
        ("z", rest) => format!("2{rest}"),
        _ => body.to_owned(),
    };
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let rest = number(&digits).filter(|_| is_number).and_then(|number| usize::try_from(number % 23).ok());
    rest.is_some_and(|rest| letter.as_bytes() == [LETTERS[rest]])
}

/// The tax code: letters and digits at fixed places, and a letter that the sum of the others names; those at odd places
/// count by a table.
fn is_italian(run: &str) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let bytes = run.as_bytes();
    let is_shaped = bytes.len() == 16
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            6 | 7 | 9 | 10 | 12..=14 => byte.is_ascii_digit(),
            _ => byte.is_ascii_lowercase(),
        });
    let value = |byte: u8| usize::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'a' });
    let weight = |(place, byte): (usize, &u8)| match place % 2 {
        0 => ODD[value(*byte)],
        _ => u32::try_from(value(*byte)).unwrap_or(0),
    };
    is_shaped && bytes[..15].iter().enumerate().map(weight).sum::<u32>() % 26 == u32::from(bytes[15] - b'a')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_countrys_own_is_found_and_a_wrong_check_digit_is_not() {
        // The samples that the authorities, or descriptions of the format, publish.
        for (sample, wrong) in [
            ("85.07.30-033.28", "85.07.30-033.29"),
            ("2 55 08 14 168 025 38", "2 55 08 14 168 025 39"),
            ("255081416802538", "255081416802548"),
            ("86 095 742 719", "86 095 742 718"),
            ("65929970489", "65929970488"),
            ("rssmra85t10a562s", "rssmra85t10a562t"),
            ("12345678z", "12345678a"),
            ("12345678-z", "12345678-a"),
            ("x1234567l", "x1234567m"),
        ] {
            assert!(any_identifier(sample), "{sample}");
            assert!(any_identifier(&format!("it is {sample}, thanks")), "{sample} within a sentence");
            assert!(!any_identifier(wrong), "{wrong}");
        }
    }

    #[test]
    fn other_numbers_are_not() {
        for text in
            ["", "order 20260301", "+49 30 123456", "call 030/1234567890", "a-b", "ü12345678z", "11111111111"]
        {
            assert!(!any_identifier(text), "{text}");
        }
    }
}
