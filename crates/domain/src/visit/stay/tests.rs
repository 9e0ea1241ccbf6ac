use super::*;
use crate::visit::hit::Device;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_000_000 + second).unwrap()
}

const ADA: Visitor = Visitor { number: 7, is_recognised: true };

fn kept(second: i64, view: u64, what: What) -> Kept {
    let surroundings = Surroundings { device: Some(Device::Phone), ..Surroundings::default() };
    Kept { at: at(second), hit: Hit { view, what }, surroundings }
}

fn page(path: &str) -> What {
    let source = Source { channel: Channel::Direct, name: None };
    What::Page { path: path.to_owned(), source, campaign: None }
}

fn paths(visit: &Visit) -> Vec<&str> {
    visit.views.iter().map(|view| view.path.as_str()).collect()
}

#[test]
fn half_an_hour_of_quiet_ends_a_visit() {
    let quiet = QUIET.as_secs();
    let hits =
        vec![kept(0, 1, page("/")), kept(quiet - 1, 2, page("/a")), kept(2 * quiet - 1, 3, page("/b"))];
    let visits = Visit::of(ADA, hits);
    assert_eq!(visits.iter().map(paths).collect::<Vec<_>>(), [vec!["/", "/a"], vec!["/b"]]);
    assert_eq!((visits[0].seconds, visits[0].views[1].after), (1_799, 1_799));
    assert!(!visits[0].is_bounce() && visits[1].is_bounce());
}

#[test]
fn what_comes_twice_or_late_counts_once() {
    let seen = |milliseconds| What::Seen { milliseconds };
    let hits = vec![
        kept(0, 1, page("/")),
        kept(1, 1, page("/")),
        kept(9, 1, seen(8_000)),
        kept(5, 1, seen(4_000)),
        kept(9, 1, seen(8_000)),
        kept(9, 2, seen(60_000)),
    ];
    let visits = Visit::of(ADA, hits);
    assert_eq!(visits.len(), 1);
    assert_eq!(visits[0].views, [View { path: "/".to_owned(), after: 0, visible: 8_000 }]);
}

#[test]
fn the_same_page_looked_at_again_counts_again() {
    let visits = Visit::of(ADA, vec![kept(0, 1, page("/")), kept(3, 2, page("/"))]);
    assert_eq!(paths(&visits[0]), ["/", "/"]);
}

#[test]
fn what_is_told_of_no_page_begins_no_visit() {
    let hits =
        vec![kept(0, 1, What::Seen { milliseconds: 1 }), kept(1, 1, What::Download { path: "/a".into() })];
    assert_eq!(Visit::of(ADA, hits), []);
}

#[test]
fn no_page_is_believed_to_have_been_visible_for_longer_than_a_day() {
    let hits = vec![kept(0, 1, page("/")), kept(1, 1, What::Seen { milliseconds: u32::MAX })];
    assert_eq!(Visit::of(ADA, hits)[0].views[0].visible, LONGEST_VIEW);
}

#[test]
fn days_begin_at_midnight_before_and_after_1970() {
    assert_eq!([-1, 0, 86_399, 86_400].map(day_of), [-1, 0, 0, 1]);
}
