//! Ages: what a door is told, and the little that is kept of it (promise `children`). A date of birth is forgotten as
//! soon as it has been compared.

use jiff::{ToSpan, civil::Date};
pub use policy::decide::Age;

/// Nobody was born longer ago than this, in years.
const LONGEST_LIFE: i64 = 150;

/// What a door is told of a person's age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Told {
    /// Nothing.
    #[default]
    Nothing,
    /// That the person is old enough.
    OfAge,
    /// That the person is not.
    Child,
    /// Between how many years they are, both included.
    Band {
        /// At least.
        from: u8,
        /// At most; open when nothing was said.
        to: Option<u8>,
    },
    /// The day on which the person was born.
    Born(Date),
}

/// A text that is not an age band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an age band: expected `of_age`, `child`, `unknown`, years such as `13-17`, or `18+`")]
pub struct NotABand;

/// A day on which nobody who lives was born.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no date of birth: it is yet to come, or more than {LONGEST_LIFE} years ago")]
pub struct NotABirth;

impl std::str::FromStr for Told {
    type Err = NotABand;

    fn from_str(text: &str) -> Result<Self, NotABand> {
        match text {
            "of_age" => return Ok(Self::OfAge),
            "child" => return Ok(Self::Child),
            "unknown" => return Ok(Self::Nothing),
            _ => {}
        }
        if let Some(from) = text.strip_suffix('+') {
            return Ok(Self::Band { from: years(from)?, to: None });
        }
        let (from, to) = text.split_once('-').ok_or(NotABand)?;
        let (from, to) = (years(from)?, years(to)?);
        if from <= to { Ok(Self::Band { from, to: Some(to) }) } else { Err(NotABand) }
    }
}

fn years(text: &str) -> Result<u8, NotABand> {
    let is_written_so = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_written_so).ok_or(NotABand)
}

impl Told {
    /// What is kept of it under a minimum age in years, on a day (UTC, as every day that decides here). Without a minimum
    /// nothing is compared: a later one must not find everyone old enough.
    ///
    /// # Errors
    /// The date of birth cannot be one.
    pub fn known(self, minimum: Option<u8>, today: Date) -> Result<Known, NotABirth> {
        if let Self::Born(born) = self {
            check_birth(born, today)?;
        }
        let least = minimum.unwrap_or(0);
        let known = |is_of_age| if is_of_age { Known::AtLeast(least) } else { Known::Child };
        Ok(match self {
            Self::OfAge => known(true),
            Self::Child => known(false),
            Self::Band { .. } | Self::Born(_) if minimum.is_none() => Known::Unknown,
            Self::Born(born) => known(has_reached(born, least, today)),
            Self::Band { from, .. } if from >= least => known(true),
            Self::Band { to: Some(to), .. } if to < least => known(false),
            // The minimum lies within the band, or nothing was said.
            Self::Band { .. } | Self::Nothing => Known::Unknown,
        })
    }
}

/// What is kept of a person's age: never more than the answer, and for which minimum it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Known {
    /// Nothing.
    #[default]
    Unknown,
    /// So many years, the minimum that was asked; 0 where none was.
    AtLeast(u8),
    /// Below the minimum.
    Child,
}

impl Known {
    /// What that says under the minimum age of a policy. An answer that was given for a lower minimum says nothing about a
    /// higher one.
    pub fn under(self, minimum: Option<u8>) -> Age {
        match self {
            Self::AtLeast(years) if minimum.is_none_or(|minimum| years >= minimum) => Age::OfAge,
            Self::AtLeast(_) | Self::Unknown => Age::Unknown,
            Self::Child => Age::Child,
        }
    }

    /// The number stored for it: 0 nothing, 1 of age where no minimum was asked, 2 a child, else two more than the years.
    pub const fn code(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::AtLeast(0) => 1,
            Self::AtLeast(years) => years.saturating_add(2),
            Self::Child => 2,
        }
    }

    /// Reads the number back.
    pub const fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Unknown,
            1 => Self::AtLeast(0),
            2 => Self::Child,
            more => Self::AtLeast(more - 2),
        }
    }
}

/// Whether a day can be one on which somebody who lives was born.
///
/// # Errors
/// It is yet to come, or too long ago.
pub fn check_birth(born: Date, today: Date) -> Result<(), NotABirth> {
    let is_past = born <= today && today.saturating_sub(LONGEST_LIFE.years()) <= born;
    if is_past { Ok(()) } else { Err(NotABirth) }
}

/// Whether someone born on a day is so many years old on another. A birthday begins with its day; who was born on
/// 29 February has it on 1 March in other years, which is the later of the two days that laws know.
pub fn has_reached(born: Date, years: u8, today: Date) -> bool {
    let Some(year) = born.year().checked_add(i16::from(years)) else { return false };
    let same_day = Date::new(year, born.month(), born.day());
    same_day.or_else(|_| Date::new(year, 3, 1)).is_ok_and(|birthday| birthday <= today)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn days() -> impl Strategy<Value = Date> {
        (0_i64..36_500).prop_map(|days| day("1950-01-01").saturating_add(days.days()))
    }

    #[test]
    fn a_birthday_begins_with_its_day() {
        for (born, today, reached) in [
            ("2013-05-02", "2026-05-01", false),
            ("2013-05-02", "2026-05-02", true),
            ("2012-02-29", "2025-02-28", false),
            ("2012-02-29", "2025-03-01", true),
            ("2012-12-31", "2025-12-30", false),
        ] {
            assert_eq!(has_reached(day(born), 13, day(today)), reached, "{born} on {today}");
        }
        // Sixteen years after a leap day is a leap year.
        assert!(!has_reached(day("2008-02-29"), 16, day("2024-02-28")));
        assert!(has_reached(day("2008-02-29"), 16, day("2024-02-29")));
    }

    #[test]
    fn what_cannot_be_a_birth_is_refused() {
        let today = day("2026-03-01");
        for born in ["2026-03-02", "9999-12-31", "1876-02-28", "-009999-01-01"] {
            let told = Told::Born(day(born));
            assert_eq!(told.known(Some(13), today), Err(NotABirth), "{born}");
            assert_eq!(told.known(None, today), Err(NotABirth), "{born} is refused without a minimum too");
        }
        assert_eq!(Told::Born(today).known(Some(13), today), Ok(Known::Child));
        assert_eq!(Told::Born(day("1876-03-01")).known(Some(13), today), Ok(Known::AtLeast(13)));
    }

    #[test]
    fn a_band_tells_where_the_minimum_is_not_within_it() {
        let today = day("2026-03-01");
        let known = |text: &str| text.parse::<Told>().unwrap().known(Some(16), today).unwrap();
        for (text, expected) in [
            ("16-17", Known::AtLeast(16)),
            ("18+", Known::AtLeast(16)),
            ("of_age", Known::AtLeast(16)),
            ("13-15", Known::Child),
            ("child", Known::Child),
            ("13-17", Known::Unknown),
            ("13+", Known::Unknown),
            ("unknown", Known::Unknown),
        ] {
            assert_eq!(known(text), expected, "{text}");
        }
        for text in ["", "+", "-", "17-13", "13-", "-13", "+13+", " 13-17", "13-1000", "adult", "1_3+"] {
            assert_eq!(text.parse::<Told>(), Err(NotABand), "{text}");
        }
    }

    #[test]
    fn an_answer_holds_for_the_minimum_it_was_given_for() {
        assert_eq!(Known::AtLeast(13).under(Some(13)), Age::OfAge);
        assert_eq!(Known::AtLeast(13).under(None), Age::OfAge);
        assert_eq!(Known::AtLeast(13).under(Some(16)), Age::Unknown);
        assert_eq!(Known::AtLeast(0).under(Some(13)), Age::Unknown);
        assert_eq!(Known::Child.under(Some(1)), Age::Child);
        for code in 0..=u8::MAX {
            assert_eq!(Known::from_code(code).code(), code);
        }
    }

    proptest! {
        /// Each day later can only make someone older, and a minimum is reached once: the day before it is not.
        #[test]
        fn an_age_is_reached_once(born in days(), minimum in 1_u8..100, passed in 0_i64..40_000) {
            let today = born.saturating_add(passed.days());
            prop_assume!(today < day("2090-01-01"));
            let before = today.yesterday().unwrap();
            if has_reached(born, minimum, before) {
                prop_assert!(has_reached(born, minimum, today));
            } else if has_reached(born, minimum, today) {
                let leap_day = (born.month(), born.day()) == (2, 29) && !today.in_leap_year();
                let birthday = if leap_day { (3, 1) } else { (born.month(), born.day()) };
                prop_assert_eq!((today.month(), today.day()), birthday);
                prop_assert_eq!(today.year() - born.year(), i16::from(minimum));
            }
        }

        /// Older than one minimum is older than each lower one, and only the answer is kept.
        #[test]
        fn only_the_answer_is_kept(born in days(), minimum in 1_u8..100, lower in 0_u8..100) {
            let today = day("2060-01-01");
            let known = Told::Born(born).known(Some(minimum), today).unwrap();
            prop_assert!(matches!(known, Known::Child | Known::AtLeast(_)));
            prop_assert_eq!(known == Known::AtLeast(minimum), has_reached(born, minimum, today));
            if known != Known::Child && lower <= minimum {
                prop_assert!(has_reached(born, lower, today));
                prop_assert_eq!(known.under(Some(lower)), Age::OfAge);
            }
        }
    }
}
