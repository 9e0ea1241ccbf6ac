use jiff::ToSpan;
use proptest::prelude::*;

use super::*;
use crate::Bucket;

fn item(name: &str, weight: u32, tags: &[&str], cap: Option<Cap>) -> Item {
    let bucket = Bucket(7);
    let terms = Terms {
        slot: "top".to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        weight,
        from: None,
        until: None,
        cap,
    };
    let account = AccountId::derived(Timestamp::UNIX_EPOCH, [1; 16], bucket);
    let id = CaseId::derived(Timestamp::UNIX_EPOCH, [2; 16], bucket);
    Item { id, account, site: "shop".to_owned(), name: name.to_owned(), terms, version: 1 }
}

prop_compose! {
    fn any_items()(all in prop::collection::btree_map("[a-d]", (1_u32..20, any::<bool>(), 1_u32..4, 1_u32..30, any::<bool>()), 0..4)) -> Vec<Item> {
        let one = |(name, (weight, is_capped, times, hours, is_music)): (String, (u32, bool, u32, u32, bool))| {
            let tags: &[&str] = if is_music { &["music"] } else { &[] };
            item(&name, weight, tags, is_capped.then_some(Cap { times, hours }))
        };
        all.into_iter().map(one).collect()
    }
}

fn interests(music: u64, other: u64) -> Interests {
    Interests::read(&format!("music: {music}\nother: {other}"))
}

proptest! {
    #[test]
    fn no_item_is_shown_more_often_than_its_cap_in_any_period(
        items in any_items(),
        steps in prop::collection::vec((0_i64..12 * 60, any::<u64>()), 0..60),
    ) {
        let mut now = Timestamp::from_second(1_800_000_000).unwrap();
        let (mut shown, mut history) = (Shown::default(), Vec::new());
        for (minutes, dice) in steps {
            now += minutes.minutes();
            // What stands in the record is all that is known.
            shown = Shown::read(&shown.written());
            let Some(next) = pick(&items, (&Interests::default(), &shown), now, dice) else {
                let is_full = |item: &Item| item.terms.cap.is_some();
                prop_assert!(items.iter().all(is_full), "something without a cap was left");
                continue;
            };
            shown.note(&items, next, now);
            history.push((next.name.clone(), now));
        }
        for item in &items {
            let Some(cap) = item.terms.cap else { continue };
            for (_, end) in history.iter().filter(|(name, _)| *name == item.name) {
                let within = |(name, at): &&(String, Timestamp)| *name == item.name && *at <= *end && *at > cap.since(*end);
                let times = history.iter().filter(within).count();
                prop_assert!(times <= cap.times as usize, "{} times of {}", times, cap.times);
            }
        }
    }

    #[test]
    fn each_is_picked_by_its_weight_and_the_same_is_answered_to_the_same(items in any_items(), music in 0_u64..5, other in 0_u64..5) {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let (liked, shown) = (interests(music, other), Shown::default());
        let share = |item: &Item| {
            let about = if item.terms.tags.contains("music") { music } else { 0 };
            u64::from(item.terms.weight) * ((music + other).max(1) + 4 * about)
        };
        let all: u64 = items.iter().map(share).sum();
        let picked = |dice| pick(&items, (&liked, &shown), now, dice).map(|item| item.name.clone());
        for item in &items {
            let times = (0..all).filter(|dice| picked(*dice).as_ref() == Some(&item.name)).count();
            prop_assert_eq!(times as u64, share(item), "{}", item.name);
        }
        prop_assert_eq!(picked(all + 3), picked(3));
    }

    #[test]
    fn what_is_known_is_read_back(music in 0_u64..2_000, seconds in prop::collection::vec(0_i64..4_000_000_000, 1..9)) {
        let known = interests(music, 1);
        prop_assert_eq!(Interests::read(&known.written()), known);
        let moments: Vec<String> = seconds.iter().map(|at| Timestamp::from_second(*at).unwrap().to_string()).collect();
        let text = format!("spring: {}", moments.join(", "));
        prop_assert_eq!(Shown::read(&text).written(), text);
    }

    #[test]
    fn garbage_in_a_record_is_nothing(text in any::<String>()) {
        let _read = (Interests::read(&text), Shown::read(&text));
    }
}

#[test]
fn what_runs_now_in_a_slot_is_offered_by_name() {
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let mut later = item("later", 1, &[], None);
    later.terms.from = Some(now + 1.second());
    let mut over = item("over", 1, &[], None);
    over.terms.until = Some(now);
    let mut elsewhere = item("elsewhere", 1, &[], None);
    elsewhere.terms.slot = "foot".to_owned();
    let mut of_another = item("of-another", 1, &[], None);
    of_another.site = "other".to_owned();
    let all = vec![item("b", 1, &[], None), later, over, elsewhere, of_another, item("a", 1, &[], None)];
    let names: Vec<String> =
        candidates(all, ("shop", "top"), now).into_iter().map(|item| item.name).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn what_cannot_be_meant_is_said() {
    let fine = item("a", 1, &["music"], Some(Cap { times: 1, hours: 1 })).terms;
    assert_eq!(fine.check(), Ok(()));
    let now = Timestamp::UNIX_EPOCH;
    for (wrong, why) in [
        (Terms { slot: "To p".to_owned(), ..fine.clone() }, "slot"),
        (Terms { weight: 0, ..fine.clone() }, "weight"),
        (Terms { weight: MOST_WEIGHT + 1, ..fine.clone() }, "weight"),
        (Terms { cap: Some(Cap { times: 0, hours: 1 }), ..fine.clone() }, "cap"),
        (Terms { cap: Some(Cap { times: 1, hours: MOST_HOURS + 1 }), ..fine.clone() }, "cap"),
        (Terms { from: Some(now), until: Some(now), ..fine.clone() }, "from"),
        (Terms { tags: (0..17).map(|tag| tag.to_string()).collect(), ..fine }, "tags"),
    ] {
        assert!(wrong.check().unwrap_err().contains(why), "{why}");
    }
}

#[test]
fn names_stand_in_addresses_and_figures() {
    for name in ["a", "spring-2026", "x_1"] {
        assert!(is_name(name), "{name}");
    }
    for name in ["", "A", "a b", "<script>", "ä", &"a".repeat(LONGEST_NAME + 1), "a/b", "a."] {
        assert!(!is_name(name), "{name}");
    }
}
