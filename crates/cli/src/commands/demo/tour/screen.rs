//! How the tour looks: short lines, few colours, and time to read.

use std::time::Duration;

use crate::output;

/// Characters of a line, margin included.
const COLUMNS: usize = 92;
const MARGIN: &str = "      ";
/// How long a reader takes for one line.
const LINE: Duration = Duration::from_millis(420);
/// How long a reader takes to let a scene sink in.
const REST: Duration = Duration::from_millis(2_000);

/// A style by its ANSI codes (ECMA-48, section 8.3.117).
#[derive(Debug, Clone, Copy)]
pub(super) enum Style {
    Plain,
    Title,
    Quiet,
    Command,
    Good,
    Bad,
    Marked,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "0",
            Self::Title => "1",
            Self::Quiet => "2",
            Self::Command => "36",
            Self::Good => "32",
            Self::Bad => "31",
            Self::Marked => "30;43",
        }
    }

    /// The mark before a highlighted text is not part of it.
    const fn of_mark(self) -> Self {
        if matches!(self, Self::Marked) { Self::Quiet } else { self }
    }
}

/// The terminal.
pub(super) struct Screen {
    colour: bool,
    paced: bool,
}

impl Screen {
    pub(super) fn new(paced: bool) -> Self {
        Self { colour: output::colour(), paced }
    }

    /// Begins a scene.
    pub(super) async fn scene(&self, number: u8, title: &str) {
        self.rest().await;
        let number = self.paint(Style::Quiet, &format!("{number}"));
        output::line(format!("\n  {number}   {}", self.paint(Style::Title, title)));
        self.wait(LINE).await;
    }

    /// Shows a text after a mark, such as `✓`, broken into lines below each other.
    pub(super) async fn show_after(&self, mark: &str, style: Style, text: &str) {
        let indent = if mark.is_empty() { 0 } else { mark.chars().count() + 1 };
        for (number, line) in wrap(text, COLUMNS - MARGIN.len() - indent).iter().enumerate() {
            let before = if number == 0 { mark } else { "" };
            let gap = " ".repeat(indent.saturating_sub(before.chars().count()));
            let before = self.paint(style.of_mark(), before);
            output::line(format!("{MARGIN}{before}{gap}{}", self.paint(style, line)));
            self.wait(LINE).await;
        }
    }

    /// Shows what anyone could type.
    pub(super) async fn command(&self, text: &str) {
        output::line(format!(
            "{MARGIN}{} {}",
            self.paint(Style::Quiet, "$"),
            self.paint(Style::Command, text)
        ));
        self.wait(LINE * 2).await;
    }

    /// Shows a label and its value.
    pub(super) async fn fact(&self, label: &str, value: &str) {
        let label = self.paint(Style::Quiet, &format!("{label:<15}"));
        output::line(format!("{MARGIN}  {label} {value}"));
        self.wait(LINE).await;
    }

    async fn rest(&self) {
        self.wait(REST).await;
    }

    async fn wait(&self, time: Duration) {
        if self.paced {
            tokio::time::sleep(time).await;
        }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if !self.colour || text.is_empty() || matches!(style, Style::Plain) {
            return text.to_owned();
        }
        format!("\u{1b}[{}m{text}\u{1b}[0m", style.code())
    }
}

/// Breaks a text between words. A word longer than a line stays whole.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// A number with its thousands apart.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn lines_end_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("Ærøskøbing er ø", 10), ["Ærøskøbing", "er ø"]);
        assert_eq!(wrap("unbreakable", 3), ["unbreakable"]);
        assert_eq!(wrap("", 3), [""]);
    }
}
