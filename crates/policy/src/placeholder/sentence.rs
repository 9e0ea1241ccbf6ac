//! The sentence around a place in a text: what a refusal quotes.

/// Abbreviations whose full stop does not end a sentence.
const ABBREVIATIONS: [&str; 9] = ["e.g", "i.e", "etc", "cf", "no", "art", "vs", "approx", "incl"];

/// The sentence of a Markdown text that holds the byte at `offset`, without the marks of the list or heading it
/// stands in.
pub fn sentence_at(text: &str, offset: usize) -> &str {
    let first = text.len() - text.trim_start().len();
    let last = text.trim_end().len().saturating_sub(1);
    let offset = floor(text, offset.min(last).max(first));
    let block = block_at(text, offset);
    let (start, block) = (block.start, &text[block]);
    let from = boundaries(block).take_while(|end| start + end <= offset).last().unwrap_or(0);
    let to = boundaries(block).find(|end| start + end > offset).unwrap_or(block.len());
    without_marks(block[from..to].trim())
}

/// The last character boundary at or before `offset`.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The paragraph or list item around an offset.
fn block_at(text: &str, offset: usize) -> std::ops::Range<usize> {
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > start && begins_block(line) {
            if at > offset {
                return start..at;
            }
            start = at;
        }
        at += line.len();
    }
    start..text.len()
}

fn begins_block(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || list_mark(line).is_some()
}

/// The length of the mark that begins a list item, a heading or a quotation.
fn list_mark(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) && line[digits..].starts_with(". ") {
        return Some(digits + 2);
    }
    let mark = line.split(' ').next().unwrap_or_default();
    let is_mark =
        matches!(mark, "-" | "*" | "+" | ">") || (!mark.is_empty() && mark.bytes().all(|one| one == b'#'));
    (is_mark && line.len() > mark.len()).then(|| mark.len() + 1)
}

fn without_marks(sentence: &str) -> &str {
    let line = sentence.lines().next().unwrap_or_default();
    list_mark(line).map_or(sentence, |mark| sentence[mark..].trim_start())
}

/// The byte after each full stop, exclamation or question mark that ends a sentence of a block.
fn boundaries(block: &str) -> impl Iterator<Item = usize> {
    block.char_indices().filter_map(move |(at, one)| {
        let after = at + one.len_utf8();
        let rest = block[after..].trim_start_matches(['*', '_', ')', '”', '"', '’']);
        let ends = matches!(one, '.' | '!' | '?') && rest.starts_with(char::is_whitespace);
        let closing = block[after..].len() - rest.len();
        (ends && !(one == '.' && is_abbreviation(&block[..at]))).then_some(after + closing)
    })
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|one: char| one.is_whitespace() || one == '(').next().unwrap_or_default();
    let is_number_of_list = word == before.trim_start() && word.bytes().all(|byte| byte.is_ascii_digit());
    is_number_of_list || ABBREVIATIONS.iter().any(|one| one.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around<'a>(text: &'a str, words: &str) -> &'a str {
        sentence_at(text, text.find(words).expect("the words stand in the text"))
    }

    #[test]
    fn a_sentence_is_whole_wherever_one_looks() {
        let text = "\nOne is here. Two asks: why? Three ends\nhere!\n\nFour is apart.\n";
        assert_eq!(around(text, "One"), "One is here.");
        assert_eq!(around(text, "here."), "One is here.");
        assert_eq!(around(text, "why"), "Two asks: why?");
        assert_eq!(around(text, "ends"), "Three ends\nhere!");
        assert_eq!(around(text, "apart"), "Four is apart.");
        assert_eq!(sentence_at(text, 0), "One is here.");
        assert_eq!(sentence_at(text, 10_000), "Four is apart.");
    }

    #[test]
    fn a_list_item_is_not_its_neighbour() {
        let text = "These:\n\n- first thing. And more;\n- second\n  thing;\n1. third.\n\nAfter.";
        assert_eq!(around(text, "These"), "These:");
        assert_eq!(around(text, "first"), "first thing.");
        assert_eq!(around(text, "more"), "And more;");
        assert_eq!(around(text, "second"), "second\n  thing;");
        assert_eq!(around(text, "third"), "third.");
        assert_eq!(around(text, "After"), "After.");
    }

    #[test]
    fn abbreviations_and_numbers_do_not_end_a_sentence() {
        let text = "We hold names, e.g. yours, under art. 6 and version 2.1 of this. Then more.";
        assert_eq!(around(text, "yours"), "We hold names, e.g. yours, under art. 6 and version 2.1 of this.");
        assert_eq!(around(text, "2.1"), around(text, "We"));
    }

    #[test]
    fn emphasis_stays_with_its_sentence() {
        let text = "**Offers.** For {{purposes.marketing}} we ask. (Always.) So there.";
        assert_eq!(around(text, "Offers"), "**Offers.**");
        assert_eq!(around(text, "{{"), "For {{purposes.marketing}} we ask.");
        assert_eq!(around(text, "Always"), "(Always.)");
    }

    #[test]
    fn any_offset_of_any_text_is_answered() {
        for text in ["", " ", "é. è", "- ", "#", "…!? x", "\n\n\n", "-\n- \n1. "] {
            for offset in 0..text.len() + 2 {
                assert!(text.contains(sentence_at(text, offset)));
            }
        }
    }
}
