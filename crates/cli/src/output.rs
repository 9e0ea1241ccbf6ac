//! What the command line prints: results to standard output, everything else to standard error.

use std::io::{self, IsTerminal, Write};

/// Prints a line to standard output. A reader that went away (`| head`) is no error.
pub(crate) fn line(text: impl AsRef<str>) {
    drop(writeln!(io::stdout().lock(), "{}", text.as_ref()));
}

/// Prints text as it is to standard output.
pub(crate) fn text(text: impl AsRef<str>) {
    drop(io::stdout().lock().write_all(text.as_ref().as_bytes()));
}

/// Prints a value as JSON on one line.
pub(crate) fn json(value: &serde_json::Value) {
    line(value.to_string());
}

/// Prints a remark to standard error.
pub(crate) fn remark(text: impl AsRef<str>) {
    drop(writeln!(io::stderr().lock(), "{}", text.as_ref()));
}

/// Prints an error and what led to it.
pub(crate) fn error(error: &anyhow::Error) {
    let head = if colour_on_stderr() { "\u{1b}[1;31merror\u{1b}[0m" } else { "error" };
    let mut message = format!("{head}: {error}");
    for cause in error.chain().skip(1) {
        message.push_str(&format!("\n  because: {cause}"));
    }
    remark(message);
}

/// Whether standard output is a terminal that shows colour (<https://no-color.org>).
pub(crate) fn colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Text in the colour of an ANSI code, for example `1;31`, where standard output shows colour.
pub(crate) fn painted(code: &str, text: &str) -> String {
    if colour() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Whether standard error is a terminal that shows colour.
pub(crate) fn colour_on_stderr() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
