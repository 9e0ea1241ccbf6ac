use super::*;

const POLICY: &str = include_str!("../../../../policies/influxis-2018.toml");
const DAY: i64 = 24 * 60 * 60;

fn policy() -> Policy {
    Policy::compile(POLICY, date(2026, 6, 1), None).unwrap()
}

fn own() -> Own {
    Own::default().with("www.influxis.com")
}

/// The visitor's cookie as it should be.
fn visitor() -> Cookie {
    Cookie {
        name: "visitor".to_owned(),
        domain: "www.influxis.com".to_owned(),
        path: "/".to_owned(),
        seconds: Some(365 * DAY),
        http_only: true,
        secure: true,
        same_site: Some("Lax".to_owned()),
        passes: [Pass::Accepted].into(),
        first_seen: "/".to_owned(),
    }
}

fn session() -> Cookie {
    Cookie { name: "__Host-bailee".to_owned(), seconds: None, passes: Pass::ALL.into(), ..visitor() }
}

fn reasons(found: &Found) -> Vec<Reason> {
    judge(found, &policy(), &own()).into_iter().map(|fault| fault.reason).collect()
}

fn of(cookie: Cookie) -> Vec<Reason> {
    reasons(&Found { is_over_tls: true, cookies: vec![cookie], ..Found::default() })
}

#[test]
fn what_is_as_declared_is_no_fault() {
    assert_eq!(of(visitor()), []);
    assert_eq!(of(session()), [], "a prefix that only stands for flags is no part of a name");
    let analytics = Cookie { name: "_ga".to_owned(), http_only: false, ..visitor() };
    assert_eq!(of(analytics), [], "a script of another sets it as if it were ours");
}

#[test]
fn each_way_of_not_being_as_declared_is_told() {
    for (cookie, told) in [
        (Cookie { name: "tracker".to_owned(), ..visitor() }, vec![Reason::Undeclared]),
        (Cookie { seconds: Some(399 * DAY), ..visitor() }, vec![Reason::LivesLonger]),
        (Cookie { seconds: Some(60), ..session() }, vec![Reason::LivesLonger]),
        (Cookie { passes: [Pass::Nothing].into(), ..visitor() }, vec![Reason::WithoutYes]),
        (Cookie { passes: [Pass::Refused].into(), ..visitor() }, vec![Reason::AfterNo]),
        (Cookie { passes: [Pass::Signal].into(), ..visitor() }, vec![Reason::UnderSignal]),
        (Cookie { secure: false, ..visitor() }, vec![Reason::Flags]),
        (Cookie { same_site: None, ..visitor() }, vec![Reason::Flags]),
        (Cookie { http_only: false, ..session() }, vec![Reason::Flags]),
        (Cookie { domain: ".elsewhere.example".to_owned(), ..visitor() }, vec![Reason::Party]),
    ] {
        assert_eq!(of(cookie.clone()), told, "{cookie:?}");
    }
}

#[test]
fn what_is_stored_and_who_is_asked_is_compared_too() {
    let stored = |name: &str, pass| Stored {
        kind: Kind::LocalStorage,
        name: name.to_owned(),
        passes: [pass].into(),
        first_seen: "/".to_owned(),
    };
    let kept = |stored| reasons(&Found { stored: vec![stored], ..Found::default() });
    assert_eq!(kept(stored("bailee.choices", Pass::Refused)), []);
    assert_eq!(kept(stored("profile", Pass::Accepted)), [Reason::Undeclared]);
    assert_eq!(kept(stored("visitor", Pass::Signal)), [Reason::UnderSignal]);
    let asked = |host: &str, pass| {
        let (host, first_seen) = (host.to_owned(), "/".to_owned());
        let third_party = ThirdParty { host, requests: 1, passes: [pass].into(), first_seen };
        reasons(&Found { third_parties: vec![third_party], ..Found::default() })
    };
    assert_eq!(asked("www.google-analytics.com", Pass::Accepted), []);
    assert_eq!(asked("www.google-analytics.com", Pass::Nothing), [Reason::WithoutYes]);
    assert_eq!(asked("fonts.example", Pass::Accepted), [Reason::Undeclared]);
}
