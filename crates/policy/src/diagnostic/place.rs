//! From byte offsets to lines and columns.

use std::ops::Range;

/// A place as an editor counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
}

impl Position {
    /// The position of a byte offset; one beyond the text or inside a character is moved back to the last that is.
    pub fn of(source: &str, offset: usize) -> Self {
        let before = &source[..boundary(source, offset)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// The span, cut so that it can be sliced out of `source`.
pub(super) fn clamp(source: &str, span: &Range<usize>) -> Range<usize> {
    let start = boundary(source, span.start);
    start..boundary(source, span.end).max(start)
}

fn boundary(source: &str, offset: usize) -> usize {
    let mut offset = offset.min(source.len());
    while !source.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
