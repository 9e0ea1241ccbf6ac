//! Detectors: whether a text is what its category says, and whether it hides what must never be held.

use std::net::IpAddr;

/// A test that a value must pass to be held under a category that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detector {
    /// An e-mail address: one `@`, something before it, a dotted domain after it (RFC 5321 lengths).
    Email,
    /// A telephone number: 5 to 15 digits, after an optional `+` (ITU-T E.164), with the usual separators.
    Phone,
    /// An `IPv4` or `IPv6` address.
    IpAddress,
    /// An absolute web address.
    Url,
    /// A country (ISO 3166-1 alpha-2).
    Country,
    /// The last four digits of a card.
    LastFour,
    /// A calendar date, `YYYY-MM-DD`.
    Date,
    /// A date of birth: a date that tells whether its person is old enough, and that the gate asks so.
    BirthDate,
    /// A payment card number (ISO/IEC 7812, with its check digit).
    CardNumber,
}

impl Detector {
    /// The detector a policy names.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "email" => Self::Email,
            "phone" => Self::Phone,
            "ip_address" => Self::IpAddress,
            "url" => Self::Url,
            "country" => Self::Country,
            "last_four" => Self::LastFour,
            "date" => Self::Date,
            "birth_date" => Self::BirthDate,
            "card_number" => Self::CardNumber,
            _ => return None,
        })
    }

    /// Whether the whole text is such a value.
    pub fn matches(self, text: &str) -> bool {
        match self {
            Self::Email => is_email(text),
            Self::Phone => is_phone(text),
            Self::IpAddress => text.parse::<IpAddr>().is_ok(),
            Self::Url => is_url(text),
            Self::Country => text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
            Self::LastFour => text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Date | Self::BirthDate => text.parse::<jiff::civil::Date>().is_ok(),
            Self::CardNumber => holds_card_number(text),
        }
    }

    /// The form under which two spellings of the same value are the same, for the blind index.
    pub fn normalise(detector: Option<Self>, text: &str) -> String {
        match detector {
            Some(Self::Phone) => text.chars().filter(|&one| one == '+' || one.is_ascii_digit()).collect(),
            Some(Self::IpAddress) => {
                text.parse::<IpAddr>().map_or_else(|_| text.to_owned(), |address| address.to_string())
            }
            _ => text.trim().to_lowercase(),
        }
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    let printable = !text.chars().any(|one| one.is_whitespace() || one.is_control());
    printable
        && (1..=64).contains(&local.len())
        && !local.contains('@')
        && domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(label)
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    (5..=15).contains(&digits)
        && rest.chars().all(|one| one.is_ascii_digit() || matches!(one, ' ' | '-' | '.' | '(' | ')' | '/'))
}

fn is_url(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with('/') && !rest.contains(|one: char| one.is_whitespace())
    })
}

/// How many separators may stand between two digits of one number.
const SEPARATORS: u32 = 3;

/// Whether a text holds a payment card number anywhere, also split by spaces, dots or dashes (promise
/// `payment`): 13 to 19 digits that begin as the networks' numbers do and whose check digit is right.
/// The digits of an identifier as Bailee gives them (a UUID) are not read: by chance some look like a card.
pub fn holds_card_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut digits: Vec<u8> = Vec::new();
    let mut separators = 0;
    let mut at = 0;
    while at < bytes.len() {
        let identifier = identifier_at(bytes, at);
        match bytes[at] {
            byte @ b'0'..=b'9' if !identifier => {
                digits.push(byte - b'0');
                separators = 0;
            }
            b' ' | b'-' | b'.' if separators < SEPARATORS && !digits.is_empty() => separators += 1,
            _ => {
                if any_card(&digits) {
                    return true;
                }
                digits.clear();
                separators = 0;
            }
        }
        at += if identifier { IDENTIFIER } else { 1 };
    }
    any_card(&digits)
}

/// The length of a UUID with its four dashes (RFC 9562, section 4).
const IDENTIFIER: usize = 36;

/// Whether a UUID stands here by itself. One of digits alone might be a number that was cut into its shape.
fn identifier_at(bytes: &[u8], at: usize) -> bool {
    let alone = |neighbour: Option<&u8>| !neighbour.is_some_and(u8::is_ascii_alphanumeric);
    let Some(candidate) = bytes.get(at..at + IDENTIFIER) else { return false };
    alone(at.checked_sub(1).and_then(|before| bytes.get(before)))
        && alone(bytes.get(at + IDENTIFIER))
        && candidate.iter().any(u8::is_ascii_alphabetic)
        && uuid::Uuid::try_parse_ascii(candidate)
            .is_ok_and(|uuid| uuid.get_variant() == uuid::Variant::RFC4122)
}

/// Looks at every window, so that a number next to other digits is found too.
fn any_card(digits: &[u8]) -> bool {
    (13..=19)
        .any(|length| digits.windows(length).any(|window| begins_as_a_card(window) && check_digit(window)))
}

/// American Express 34 and 37, Diners 30, 36, 38, Visa 4, Mastercard 51–55 and 2221–2720, Discover 6011 and 65,
/// JCB 35, `UnionPay` 62, Maestro 50, 56–58, 63 and 67. Fewer false alarms than any digit would give.
fn begins_as_a_card(digits: &[u8]) -> bool {
    let two = u16::from(digits[0]) * 10 + u16::from(digits[1]);
    let four = two * 100 + u16::from(digits[2]) * 10 + u16::from(digits[3]);
    match digits.len() {
        13 => digits[0] == 4,
        14 => matches!(two, 30 | 36 | 38 | 39),
        15 => matches!(two, 34 | 37),
        16 => {
            digits[0] == 4
                || matches!(two, 35 | 50..=58 | 60 | 62 | 63 | 64 | 65 | 67)
                || (2221..=2720).contains(&four)
        }
        _ => digits[0] == 4 || matches!(two, 50 | 56..=58 | 62 | 63 | 67),
    }
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn check_digit(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| match (place % 2, u32::from(digit)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digits in it are a card number.
    const IDENTIFIER_LIKE_A_CARD: &str = "019ad5c2-7f7e-7d41-a422-222222222200@new.example";

    #[test]
    fn card_numbers_are_found_however_they_are_spaced() {
        for text in [
            "4111111111111111",
            "please charge 4111 1111 1111 1111, thanks",
            "5500-0000-0000-0004",
            "378282246310005",
            "card:6011.1111.1111.1117",
            "4111  1111 - 1111  1111",
            "ref 99 4111111111111111",
            "422-222222222200@new.example",
            "019ad5c2-7f7e-7d31-8d9e-41d6a7c0a1b2 4111111111111111",
            "41111111-1111-1111-8000-000000000000",
        ] {
            assert!(holds_card_number(text), "{text}");
        }
        for text in [
            "4111111111111112",
            "my order 1234567890123456",
            "call +1 661 555 0100",
            "",
            IDENTIFIER_LIKE_A_CARD,
        ] {
            assert!(!holds_card_number(text), "{text}");
        }
    }

    #[test]
    fn each_detector_knows_its_own() {
        let cases: [(Detector, &[&str], &[&str]); 6] = [
            (
                Detector::Email,
                &["ada@example.com", "a+b@x.co.uk"],
                &["ada", "@x.com", "a@b", "a b@x.com", "a@b@x.com"],
            ),
            (Detector::Phone, &["+1 661 555 0100", "030/123456"], &["phone", "12", "+12345678901234567"]),
            (Detector::IpAddress, &["192.0.2.1", "2001:db8::1"], &["192.0.2", "::zz"]),
            (
                Detector::Url,
                &["https://example.com/a"],
                &["example.com", "javascript:alert(1)", "https:///x"],
            ),
            (Detector::Country, &["US"], &["us", "USA"]),
            (Detector::LastFour, &["0042"], &["42", "abcd"]),
        ];
        for (detector, good, bad) in cases {
            assert!(good.iter().all(|text| detector.matches(text)), "{detector:?}");
            assert!(!bad.iter().any(|text| detector.matches(text)), "{detector:?}");
        }
    }

    #[test]
    fn spellings_of_one_value_are_one() {
        assert_eq!(Detector::normalise(Some(Detector::Email), " Ada@Example.COM "), "ada@example.com");
        assert_eq!(Detector::normalise(Some(Detector::Phone), "+1 (661) 555-0100"), "+16615550100");
    }
}
