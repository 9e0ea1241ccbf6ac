//! What came in another way than through a page: how, on which day, what was written, and a scan of it.

use domain::request::Channel;
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use web::console::{Field, FieldKind};

use crate::{ApiState, Problem, routes::cases::beginning};

/// The longest message and the longest scan, in bytes as they are kept.
const BYTES: usize = 65_536;

/// The ways, each with its word and what people call it.
const CHANNELS: [(&str, &str); 4] =
    [("post", "by post"), ("email", "by e-mail"), ("fax", "by fax"), ("voice", "by telephone")];

/// How it came, and when.
pub(super) fn fields(state: &ApiState) -> [Field; 2] {
    let channels = CHANNELS.map(|(word, label)| (word.to_owned(), label.to_owned()));
    let today = domain::calendar::day(state.now()).to_string();
    [
        Field::new("channel", "How it came", FieldKind::OneOf(channels.into())),
        Field::new("received", "The day on which it came", FieldKind::Day)
            .filled(today)
            .hint("Its time to be answered runs from that day."),
    ]
}

/// What was written.
pub(super) fn words(label: &str) -> [Field; 2] {
    [
        Field::new("message", label, FieldKind::Lines { rows: 5, most: 16_000 }).optional(),
        Field::new("scan", "A scan of it", FieldKind::File).optional().hint(
            "At most 48 kilobytes. It is sealed with the rest, and read by nobody who does not open it.",
        ),
    ]
}

/// How something came.
#[derive(Deserialize)]
pub(super) struct Arrived {
    pub(super) channel: Channel,
    pub(super) received: String,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) scan: String,
}

impl Arrived {
    /// The beginning of the day on which it came.
    pub(super) fn received_at(&self) -> Result<Timestamp, Problem> {
        let day = self.received.trim().parse::<Date>();
        beginning(
            day.map_err(|_| Problem::malformed("A day is written as year, month and day: 2026-11-30."))?,
        )
    }

    /// What was written, if anything.
    pub(super) fn message(&self) -> Option<String> {
        Some(self.message.replace("\r\n", "\n")).filter(|message| !message.trim().is_empty())
    }

    /// The scan, if there is one.
    pub(super) fn scan(&self) -> Result<Option<String>, Problem> {
        if self.scan.len() > BYTES {
            return Err(Problem::malformed(
                "The scan is larger than 48 kilobytes: make it smaller, or of fewer pages.",
            ));
        }
        Ok(Some(self.scan.clone()).filter(|scan| !scan.is_empty()))
    }
}
