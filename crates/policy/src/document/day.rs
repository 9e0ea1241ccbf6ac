//! A calendar day as TOML writes it.

use std::fmt;

use jiff::civil::Date;
use serde::Deserialize;
use toml::value::Datetime;

/// A local date of TOML, for example `2018-05-25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "Datetime")]
pub struct Day(pub Date);

/// A TOML date-time that is not a plain calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a calendar day such as 2018-05-25, without a time")]
pub struct NotADay;

impl TryFrom<Datetime> for Day {
    type Error = NotADay;

    fn try_from(datetime: Datetime) -> Result<Self, NotADay> {
        match datetime {
            Datetime { date: Some(date), time: None, offset: None } => {
                let year = i16::try_from(date.year).map_err(|_| NotADay)?;
                let month = i8::try_from(date.month).map_err(|_| NotADay)?;
                let day = i8::try_from(date.day).map_err(|_| NotADay)?;
                Date::new(year, month, day).map(Self).map_err(|_| NotADay)
            }
            _ => Err(NotADay),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
