//! Findings for machines: editors, bots, a company's own CI.

use serde_json::{Value, json};

use super::{Diagnostic, Label, Position, place::clamp};

/// The findings as an array of objects with `code`, `severity`, `file`, `line`, `column`, `message`, `why`,
/// `help` and `labels`. Lines and columns count from 1, columns in characters.
pub fn to_json(source: &str, file: &str, diagnostics: &[Diagnostic]) -> Value {
    diagnostics.iter().map(|found| one(source, file, found)).collect()
}

fn one(source: &str, file: &str, found: &Diagnostic) -> Value {
    let start = Position::of(source, found.offset());
    let labels: Vec<Value> = found.labels.iter().map(|one| label(source, one)).collect();
    json!({
        "code": found.code,
        "severity": found.severity,
        "file": file,
        "line": start.line,
        "column": start.column,
        "message": found.message,
        "why": found.why,
        "help": found.help,
        "labels": labels,
    })
}

fn label(source: &str, label: &Label) -> Value {
    let span = clamp(source, &label.span);
    let (start, end) = (Position::of(source, span.start), Position::of(source, span.end));
    json!({
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "text": label.text,
    })
}
