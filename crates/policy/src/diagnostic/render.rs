//! Findings for people, in the manner of rustc.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label, Severity, place::clamp};

/// The findings as text: message, place, caret, why, and how to mend it; `color` adds ANSI escapes.
pub fn render(source: &str, file_name: &str, diagnostics: &[Diagnostic], color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for found in diagnostics {
        text.push_str(&renderer.render(&[group(source, file_name, found)]));
        text.push_str("\n\n");
    }
    text
}

/// The count of errors and warnings in words, for example `2 errors, 1 warning`.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, 0) => "no errors".to_owned(),
        (errors, 0) => plural(errors, "error"),
        (0, warnings) => plural(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", plural(errors, "error"), plural(warnings, "warning")),
    }
}

fn group<'a>(source: &'a str, file_name: &'a str, found: &'a Diagnostic) -> Group<'a> {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    level
        .primary_title(found.message.as_str())
        .id(found.code)
        .element(snippet(source, file_name, &found.labels))
        .element(Level::NOTE.message(found.why.as_str()))
        .element(Level::HELP.message(found.help.as_str()))
}

fn snippet<'a>(source: &'a str, file_name: &'a str, labels: &'a [Label]) -> Snippet<'a, Annotation<'a>> {
    let spans: Vec<_> = labels.iter().map(|label| clamp(source, &label.span)).collect();
    let window = window(source, &spans);
    let line_start = source[..window.start].bytes().filter(|byte| *byte == b'\n').count() + 1;
    let annotations = labels.iter().zip(&spans).enumerate().map(|(index, (label, span))| {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(span.start - window.start..span.end - window.start).label(label.text.as_str())
    });
    Snippet::source(&source[window.clone()]).line_start(line_start).path(file_name).annotations(annotations)
}

/// The whole lines that hold every span: rendering must not read a megabyte for each finding.
fn window(source: &str, spans: &[Range<usize>]) -> Range<usize> {
    let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let last = spans.iter().map(|span| span.end).max().unwrap_or(0);
    let start = source[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = source[last..].find('\n').map_or(source.len(), |at| last + at);
    start..end
}
