//! Where a person comes in: asking for a link, and opening it.

use askama::Template;

use crate::Language;

/// The form that asks for a link.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/enter.html")]
pub struct EnterPage {
    /// In which language it is.
    pub language: Language,
    /// Who decides why and how the data is used.
    pub controller: String,
    /// Where to write to them.
    pub contact: String,
    /// Where the form goes.
    pub action: String,
    /// In the demonstration: whether a button comes in as somebody who does not exist.
    pub has_one_click: bool,
}

/// What everybody is told who asked for a link.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/sent.html")]
pub struct SentPage {
    /// In which language it is.
    pub language: Language,
    /// Who decides why and how the data is used.
    pub controller: String,
    /// Where to write to them.
    pub contact: String,
    /// Where to ask again.
    pub back: String,
}

/// The way to a Client that lets nobody in here.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/elsewhere.html")]
pub struct ElsewherePage {
    /// In which language it is.
    pub language: Language,
    /// The Client.
    pub controller: String,
    /// Where to write to it; empty where it does not say so.
    pub contact: String,
    /// Whose server this is.
    pub operator: String,
}

/// What a link shows: one button.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/open.html")]
pub struct OpenPage {
    /// In which language it is.
    pub language: Language,
    /// The link.
    pub link: String,
    /// Everyone whose address it is.
    pub people: Vec<Whoever>,
}

/// What the link beside a code shows: one button.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/prove.html")]
pub struct ProvePage {
    /// In which language it is.
    pub language: Language,
    /// The link.
    pub link: String,
}

/// Somebody whose address it is, in words that name nobody.
#[derive(Debug, Clone)]
pub struct Whoever {
    /// At which place of the link they stand.
    pub place: usize,
    /// As what they are known.
    pub role: String,
    /// Since which day.
    pub since: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::tests::is_sound;

    fn whoever(place: usize) -> Whoever {
        Whoever { place, role: "a <b>client</b>".to_owned(), since: "2026-11-30".to_owned() }
    }

    #[test]
    fn one_asks_for_a_link_with_an_address_and_nothing_else() {
        let page = EnterPage {
            language: Language::English,
            controller: "<script>Influxis".to_owned(),
            contact: String::new(),
            action: "/privacy/at/acc_1".to_owned(),
            has_one_click: true,
        };
        let html = page.render().unwrap();
        is_sound(&html);
        assert!(html.contains("action=\"/privacy/demonstration\""), "{html}");
        let page = EnterPage { has_one_click: false, ..page };
        let html = page.render().unwrap();
        assert!(!html.contains("demonstration"), "{html}");
        assert!(html.contains("action=\"/privacy/at/acc_1\"") && html.contains("type=\"email\""), "{html}");
        let sent = SentPage {
            language: Language::English,
            controller: page.controller,
            contact: "privacy@influxis.example".to_owned(),
            back: "/privacy".to_owned(),
        };
        let html = sent.render().unwrap();
        is_sound(&html);
        assert!(html.contains("If we know this address") && html.contains("privacy@influxis.example"));
    }

    #[test]
    fn the_way_to_a_client_is_shown_whether_it_says_where_to_write_or_not() {
        let page = ElsewherePage {
            language: Language::English,
            controller: "Harbour Radio".to_owned(),
            contact: "radio@harbour.example".to_owned(),
            operator: "Influxis".to_owned(),
        };
        let html = page.render().unwrap();
        is_sound(&html);
        assert!(html.contains("mailto:radio@harbour.example"), "{html}");
        let html = ElsewherePage { contact: String::new(), ..page }.render().unwrap();
        assert!(!html.contains("mailto:") && html.contains("Harbour Radio"), "{html}");
    }

    #[test]
    fn an_address_is_shown_to_be_ones_own_with_a_button() {
        let html =
            ProvePage { language: Language::English, link: "\"><script>".to_owned() }.render().unwrap();
        is_sound(&html);
        assert_eq!((html.matches("<form").count(), html.matches("<button").count()), (1, 1));
        assert!(html.contains("action=\"/privacy/prove\"") && !html.contains("<script>"), "{html}");
    }

    #[test]
    fn a_link_opens_with_a_button_and_several_people_are_told_apart_without_names() {
        let page = OpenPage {
            language: Language::English,
            link: "\"><script>".to_owned(),
            people: vec![whoever(0)],
        };
        let html = page.render().unwrap();
        is_sound(&html);
        assert_eq!((html.matches("<form").count(), html.matches("<button").count()), (1, 1));
        let html = OpenPage { people: vec![whoever(0), whoever(2)], ..page }.render().unwrap();
        is_sound(&html);
        assert_eq!(html.matches("<button").count(), 2, "one for each");
        assert!(html.contains("name=\"who\" value=\"2\"") && html.contains("&#60;b&#62;client"), "{html}");
    }
}
