//! The prose of a section as HTML. Authors of policies are not trusted with the page: raw HTML comes out as
//! text, links lead only to the web or to a mailbox, and nothing is loaded from elsewhere.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

use super::escape;
use crate::{document::Document, placeholder};

/// A section's text with its placeholders resolved.
pub(super) fn html(document: &Document, text: &str) -> String {
    let resolved = placeholder::resolve_with(document, text, escape::markdown);
    let mut links = Vec::new();
    let events = Parser::new_ext(&resolved, Options::empty()).filter_map(|event| tamed(event, &mut links));
    let mut page = String::new();
    html::push_html(&mut page, events);
    page
}

/// What a reader may see of an event. `links` holds, for each link that is open, whether it was kept.
fn tamed<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Option<Event<'a>> {
    match event {
        Event::Html(markup) | Event::InlineHtml(markup) => Some(Event::Text(markup)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(Tag::Heading {
            level: below(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below(level)))),
        Event::Start(Tag::Link { link_type, ref dest_url, .. }) => {
            let kept = link_type == LinkType::Email || leads_outside(dest_url);
            links.push(kept);
            kept.then_some(event)
        }
        Event::End(TagEnd::Link) => links.pop().unwrap_or_default().then_some(event),
        other => Some(other),
    }
}

/// A heading within a section stands below the section's own.
const fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

fn leads_outside(destination: &CowStr<'_>) -> bool {
    ["https://", "http://", "mailto:", "#"].iter().any(|start| destination.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> String {
        let document = Document::parse(include_str!("../../tests/operator.toml")).unwrap();
        html(&document, text)
    }

    #[test]
    fn raw_html_is_text() {
        assert_eq!(
            page("a <b onclick=x>b</b>\n\n<script>alert(1)</script>"),
            "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n&lt;script&gt;alert(1)&lt;/script&gt;"
        );
    }

    #[test]
    fn links_lead_to_the_web_or_to_a_mailbox() {
        assert_eq!(page("[a](https://example.org)"), "<p><a href=\"https://example.org\">a</a></p>\n");
        assert_eq!(page("<m@example.org>"), "<p><a href=\"mailto:m@example.org\">m@example.org</a></p>\n");
        assert_eq!(page("[a](javascript:alert(1)) [b](JaVaScRiPt:x)"), "<p>a b</p>\n");
        assert_eq!(page("[a](data:text/html,x) [b](//example.org)"), "<p>a b</p>\n");
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        assert_eq!(page("![the logo](https://example.org/a.png)"), "<p>the logo</p>\n");
    }

    #[test]
    fn headings_stand_below_their_section() {
        assert_eq!(page("# A\n\n###### B"), "<h3>A</h3>\n<h6>B</h6>\n");
    }

    #[test]
    fn placeholders_tell_what_is_declared() {
        assert_eq!(
            page("For {{retention.messages}}:\n\n{{roles}}"),
            "<p>For 3 years:</p>\n<ul>\n<li>a client</li>\n<li>an end user</li>\n</ul>\n"
        );
    }
}
