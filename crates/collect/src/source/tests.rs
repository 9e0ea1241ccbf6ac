use super::*;

fn read(address: &str, referrer: &str) -> (Channel, Option<String>) {
    let page = Page::read(address).expect("a page");
    let Source { channel, name } = source(&page, Some(referrer), |host| host == "help.shop.example");
    (channel, name)
}

#[test]
fn the_page_before_says_where_somebody_came_from() {
    for (referrer, channel, name) in [
        ("", Channel::Direct, None),
        ("about:blank", Channel::Direct, None),
        ("nonsense", Channel::Direct, None),
        ("https://www.google.de/", Channel::Search, Some("Google")),
        ("https://l.facebook.com/l.php?u=x", Channel::Social, Some("Facebook")),
        ("https://t.co/abc", Channel::Social, Some("X")),
        ("https://mail.google.com/mail/u/0/", Channel::Email, Some("Gmail")),
        ("android-app://com.google.android.gm/", Channel::Email, Some("Gmail")),
        ("android-app://com.example.reader/", Channel::Link, Some("com.example.reader")),
        ("https://www.Blog.Example./post?user=ada@example.com", Channel::Link, Some("blog.example")),
        ("https://ada:secret@blog.example/", Channel::Link, Some("blog.example")),
        ("https://4f9a8c7e6d5b4a3f.previews.example/", Channel::Link, Some("….previews.example")),
        ("https://shop.example/other", Channel::Inside, None),
        ("https://www.shop.example/", Channel::Inside, None),
        ("https://help.shop.example/", Channel::Inside, None),
    ] {
        assert_eq!(read("https://shop.example/", referrer), (channel, name.map(str::to_owned)), "{referrer}");
    }
}

#[test]
fn a_campaign_wins_over_the_page_before() {
    for (query, channel, name) in [
        ("utm_source=google&utm_medium=cpc", Channel::Search, Some("Google")),
        ("utm_source=fb", Channel::Social, Some("Facebook")),
        ("utm_source=facebook.com&utm_medium=paid_social", Channel::Social, Some("Facebook")),
        ("utm_source=March&utm_medium=email", Channel::Email, Some("March")),
        ("utm_medium=Newsletter", Channel::Email, None),
        ("utm_source=partner", Channel::Link, Some("partner")),
        ("utm_source=ada%40example.com", Channel::Link, Some("…")),
        ("ref=producthunt", Channel::Social, Some("Product Hunt")),
        ("source=Blog.Example", Channel::Link, Some("blog.example")),
        // A word that may be anything is nobody's name, and a campaign may say no source.
        ("ref=ada", Channel::Inside, None),
        ("utm_campaign=spring", Channel::Inside, None),
        ("gclid=abc", Channel::Inside, None),
    ] {
        let read = read(&format!("https://shop.example/?{query}"), "https://shop.example/");
        assert_eq!(read, (channel, name.map(str::to_owned)), "{query}");
    }
}
