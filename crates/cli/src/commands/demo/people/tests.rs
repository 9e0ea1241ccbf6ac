//! The people are the same for the same seed, and nobody can be reached.

use std::collections::HashSet;

use domain::detector::holds_card_number;

use super::*;

/// Every value of every field, with the name of its field.
fn values(people: &[Person]) -> Vec<(String, String)> {
    let records = people.iter().flat_map(|person| &person.records);
    let fields = records.flat_map(|one| &one.record.fields);
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    fields.map(|(name, value)| (name.clone(), text(value))).collect()
}

#[test]
fn a_seed_makes_the_same_people_again() {
    assert_eq!(values(&people(7)), values(&people(7)));
    assert_ne!(values(&people(7)), values(&people(8)));
}

#[test]
fn nobody_can_be_reached() {
    for (field, value) in values(&people(1)) {
        match field.as_str() {
            "email" => {
                let domain = value.split_once('@').unwrap().1;
                assert!(["example.com", "example.org", "example.net"].contains(&domain), "{value}");
            }
            "phone" => {
                let line: u16 = value.rsplit_once(" 555 0").unwrap().1.parse().unwrap();
                assert!((100..200).contains(&line), "{value} is not in the range kept for fiction");
            }
            "ip_address" => {
                let documented = ["192.0.2.", "198.51.100.", "203.0.113.", "2001:db8::"];
                assert!(documented.iter().any(|block| value.starts_with(block)), "{value}");
                assert!(value.parse::<std::net::IpAddr>().is_ok(), "{value}");
            }
            _ => {}
        }
        assert!(!holds_card_number(&value), "{field}: {value}");
    }
}

#[test]
fn everyone_has_an_address_of_their_own() {
    for field in ["email", "phone"] {
        let people = people(3);
        let of = |person: &Person| {
            let found = person.records.iter().find_map(|one| one.record.fields.get(field));
            found.map(ToString::to_string)
        };
        let all: Vec<_> = people.iter().filter_map(of).collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len(), "{field}");
    }
}

#[test]
fn every_home_and_role_is_there() {
    let people = people(0);
    let homes = [Home::Operator, Home::Client(0), Home::Client(1), Home::FanClub];
    for home in homes {
        assert!(people.iter().filter(|person| person.home == home).count() >= 50, "{home:?}");
    }
    for role in ["visitor", "client", "end_user"] {
        assert!(people.iter().any(|person| person.role == role), "{role}");
    }
    assert_eq!(people.len(), PEOPLE as usize);
}
