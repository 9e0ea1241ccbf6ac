use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::{policy::Policy, shipped_policies};

const SMALL: &str = include_str!("small.toml");

#[test]
fn every_section_and_every_declaration_stands_on_the_page() {
    for policy in shipped_policies::all() {
        let page = html(&policy, "/assets/bailee.css", &[]);
        let document = policy.document();
        for section in &document.sections {
            let number = section.get_ref().number.get_ref();
            assert!(page.contains(&format!("<h2 id=\"section-{number}\">{number}. ")), "{number}");
            assert!(page.contains(&format!("<a href=\"#section-{number}\">")), "{number}");
        }
        let purposes =
            document.purposes.keys().map(|name| format!("<tr id=\"purposes.{}\">", name.get_ref()));
        let records = document.records.keys().map(|name| format!("<tr id=\"records.{}\">", name.get_ref()));
        let recipients =
            document.recipients.keys().map(|name| format!("<tr id=\"recipients.{}\">", name.get_ref()));
        let systems = document.systems.keys().map(|name| format!("<tr id=\"systems.{}\">", name.get_ref()));
        let requests = document
            .requests
            .iter()
            .map(|requests| format!("<tr id=\"requests.{}\">", requests.get_ref().record.get_ref()));
        for row in purposes.chain(records).chain(recipients).chain(systems).chain(requests) {
            assert!(page.contains(&row), "{row}");
        }
        assert!(!page.contains("{{"), "an unresolved placeholder");
    }
}

#[test]
fn the_page_runs_nothing_and_styles_nothing() {
    for policy in shipped_policies::all() {
        let page = html(&policy, "/assets/bailee.css", &[]);
        for forbidden in ["<script", "<style", " style=", " onclick", "<iframe", "<img"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert_eq!(page.matches("<link ").count(), 1);
    }
}

#[test]
fn how_requests_are_taken_and_who_has_a_part_in_them_stand_on_the_page() {
    let [reference, shop, _] = <[Policy; 3]>::try_from(shipped_policies::all()).unwrap();
    let taken = "| Requests about personal data | answering requests about personal data | 7 days | the custodian is \
                 alarmed, and the operator answers |";
    assert!(markdown(&reference).contains(taken));
    let page = markdown(&shop);
    let ledger =
        "| The stock ledger of the warehouse | lager@kupferkessel.example | see your data and receive a copy";
    assert!(page.contains(ledger), "{page}");
    assert!(page.contains("| 7 days | the custodian is alarmed |"));
}

#[test]
fn identifiers_stand_once() {
    let page = html(&shipped_policies::reference(), "x.css", &[]);
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let once: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), once.len());
}

/// A policy in which every text that an author may write is an attempt to break out of it.
fn hostile() -> Policy {
    let attempt = r##"\"'><script>alert(1)</script> *bold* | [a](javascript:x)"##;
    let text = "{{purposes.support}} <img src=x onerror=alert(1)> [a](javascript:alert(1))";
    let source = SMALL
        .replace("title = \"Privacy\"", &format!("title = \"{attempt}\"\nlocale = \"{attempt}\""))
        .replace("name = \"Example\"", &format!("name = \"{attempt}\""))
        .replace("label = \"answering messages\"", &format!("label = \"{attempt}\""))
        .replace("title = \"What we use\"", &format!("title = \"{attempt}\""));
    let at = source.find("text = ").unwrap();
    Policy::unchecked(&format!("{}text = '''{text}'''\n", &source[..at]))
}

#[test]
fn whatever_an_author_wrote_comes_out_as_text() {
    let page = html(&hostile(), "\"><script>", &[]);
    for broken in ["<script", "<img", "<em>", "<strong>", "href=\"javascript", "lang=\"\"'"] {
        assert!(!page.contains(broken), "{broken}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("*bold*"));
}

#[test]
fn labels_stay_within_their_cell_of_the_markdown() {
    let page = markdown(&hostile());
    let tables = &page[page.find("## What data is used for").unwrap()..];
    for event in Parser::new_ext(tables, Options::ENABLE_TABLES) {
        let broken = matches!(
            event,
            Event::Html(_)
                | Event::InlineHtml(_)
                | Event::Start(Tag::Emphasis | Tag::Strong | Tag::Link { .. })
        );
        assert!(!broken, "{event:?}");
    }
    let row = tables.lines().find(|line| line.contains("bold")).unwrap();
    assert_eq!(row.replace("\\|", "").matches('|').count(), 5);
}

#[test]
fn a_small_policy_as_a_page() {
    insta::assert_snapshot!(html(&Policy::unchecked(SMALL), "/assets/bailee.css", &[]));
}

#[test]
fn a_small_policy_as_markdown() {
    insta::assert_snapshot!(markdown(&Policy::unchecked(SMALL)));
}

#[test]
fn a_notice_stands_above_the_policy_and_comes_out_as_text() {
    let notice = Notice {
        told: "This policy changes on 2027-05-02.".to_owned(),
        sentences: vec!["<b>Orders</b> are kept longer.".to_owned()],
        link: ("/policy?version=2&\"".to_owned(), "Read on".to_owned()),
    };
    let page = html(&Policy::unchecked(SMALL), "/assets/bailee.css", &[notice]);
    let (before, after) = page.split_once("<nav").unwrap();
    assert!(before.contains("This policy changes on 2027-05-02.") && !after.contains("2027-05-02"));
    assert!(before.contains("&lt;b&gt;Orders") && before.contains("version=2&amp;&quot;"), "{before}");
}
