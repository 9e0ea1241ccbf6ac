use proptest::prelude::*;

use super::*;

fn path_of(address: &str) -> String {
    Page::read(address).expect(address).path
}

#[test]
fn a_page_is_host_and_path() {
    let page = Page::read("https://Ada:secret@Shop.Example.:8443/a/b/?q=ada&gclid=1#part").expect("a page");
    assert_eq!((page.host.as_str(), page.path.as_str()), ("shop.example", "/a/b/"));
    assert_eq!((page.campaign, page.referred_by), (None, None));
}

#[test]
fn a_path_is_shown_as_people_read_it() {
    for (address, path) in [
        ("https://x.example", "/"),
        ("https://x.example/?", "/"),
        ("https://x.example//a///b", "/a/b"),
        ("https://x.example/caf%C3%A9/men%C3%BC", "/café/menü"),
        ("https://x.example/a%2Fb%3Fc%23d", "/a%2Fb%3Fc%23d"),
        ("https://x.example/a%FFb/c", "/…/c"),
        ("https://x.example/a;jsessionid=1A2B/c", "/a/c"),
        ("https://x.example/a%00b%E2%80%AEc", "/abc"),
        ("https://x.example/users/ada@example.com/edit", "/users/…/edit"),
        ("https://x.example/users/ada%40example.com", "/users/…"),
        ("https://x.example/users/ada%2540example.com", "/users/…"),
        ("https://x.example/reset/4eC39HqLyjWDarjtT1zdp7dc", "/reset/…"),
        ("https://x.example/call/+4930123456789", "/call/+…"),
        ("https://x.example/@ada/notes", "/@ada/notes"),
        ("https://x.example/a/%2e%2e/b", "/b"),
    ] {
        assert_eq!(path_of(address), path, "{address}");
    }
}

#[test]
fn what_is_no_page_is_refused() {
    let long = format!("https://x.example/{}", "ab/".repeat(LONGEST));
    let long_campaign = format!("https://x.example/?utm_source={}", "ab ".repeat(LONGEST));
    for address in [
        "",
        "x",
        "/a",
        "javascript:alert(1)",
        "file:///etc",
        "data:text/html,x",
        "https://",
        &long,
        &long_campaign,
    ] {
        assert_eq!(Page::read(address), None, "{address}");
    }
}

#[test]
fn a_campaign_is_what_its_parameters_say() {
    let page = Page::read(
        "https://x.example/?utm_source=News+Letter&UTM_Medium=email&utm_campaign=spring%20sale&utm_term=\
         &utm_content=ada%40example.com&fbclid=abc&ref=a.example",
    );
    let page = page.expect("a page");
    let expected = Campaign {
        source: Some("News Letter".to_owned()),
        medium: Some("email".to_owned()),
        name: Some("spring sale".to_owned()),
        term: None,
        content: Some("…".to_owned()),
    };
    assert_eq!(page.campaign, Some(expected));
    assert_eq!(page.referred_by.as_deref(), Some("a.example"));
}

proptest! {
    #[test]
    fn no_path_holds_a_query_or_an_address(path in "[a-z0-9@.%/;?#&=\\-é日]{0,60}", local in "[a-z0-9.]{1,9}") {
        for address in [
            format!("https://x.example/{path}"),
            format!("https://x.example/{path}/{local}@example.com/{path}"),
            format!("https://x.example/{path}{local}%40example.com?{local}={path}"),
        ] {
            let Some(page) = Page::read(&address) else { continue };
            prop_assert!(!page.path.contains(['?', '#']), "{}", page.path);
            prop_assert!(!page.path.split('/').any(|part| part.chars().skip(1).any(|one| one == '@')), "{}", page.path);
            prop_assert!(page.path.starts_with('/') && !page.path.contains("//"), "{}", page.path);
        }
    }

    #[test]
    fn no_path_holds_a_long_number(path in "[0-9a-c .+()_/%-]{0,60}") {
        let Some(page) = Page::read(&format!("https://x.example/{path}")) else { return Ok(()) };
        for segment in page.path.split('/') {
            let joined: String = segment.chars().filter(|one| !"-. _+()".contains(*one)).collect();
            let longest = joined.split(|one: char| !one.is_ascii_digit()).map(str::len).max();
            prop_assert!(longest < Some(9), "{}", page.path);
        }
    }

    #[test]
    fn anything_can_be_read(text in any::<String>(), rest in any::<String>()) {
        let _ = Page::read(&text);
        if let Some(page) = Page::read(&format!("http://x.example/{text}?utm_source={rest}")) {
            prop_assert!(!page.path.chars().any(char::is_control));
        }
    }
}
