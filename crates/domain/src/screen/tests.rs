//! What is found, what is not, and how long it takes.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{words::Lists, *};

fn classes(text: &str) -> Vec<&'static str> {
    suspect(text).classes.into_iter().collect()
}

#[test]
fn each_word_of_each_list_is_found_and_written_as_it_is_compared() {
    let lists = Lists::read();
    for (class, languages) in &lists.classes {
        for language in ["en", "de", "fr", "es"] {
            assert!(!languages[language].is_empty(), "{class} has no words in {language}");
        }
        for word in languages.values().flatten() {
            let plain = word.trim_end_matches('*');
            assert_eq!(Folded::of(plain).as_str(), plain, "{class}");
            let text = format!("And {}!", plain.to_uppercase());
            assert!(classes(&text).contains(&class.as_str()), "{text} is not found as {class}");
            if word.ends_with('*') {
                assert!(classes(&format!("{plain}xyz")).contains(&class.as_str()), "{word} with an ending");
            }
            // A phrase may end with a word that is listed by itself.
            if !plain.contains([' ', '-']) {
                assert!(!classes(&format!("xyz{plain}")).contains(&class.as_str()), "{word} within a word");
            }
        }
    }
    let words = |ages: &super::words::Ages| {
        [&ages.before, &ages.numbers].into_iter().flatten().cloned().collect::<Vec<_>>()
    };
    for word in lists.ages.iter().flat_map(words) {
        assert_eq!(Folded::of(&word).as_str(), word);
    }
}

#[test]
fn samples_are_found_as_what_they_are_samples_of() {
    for class in Lists::read().classes.keys().map(String::as_str).chain([NATIONAL_IDENTIFIER]) {
        assert_eq!(classes(&sample(class).unwrap()), [class]);
    }
    assert_eq!(sample("shoe_size"), None);
    for years in 1..=120 {
        assert_eq!(suspect(&sample_of_age(years)).stated_age, Some(years));
    }
}

#[test]
fn what_is_said_plainly_is_found_in_four_languages() {
    for (text, found) in [
        ("I was diagnosed with a thing last week", "health"),
        ("Ich bin seit Mai krankgeschrieben.", "health"),
        ("Je suis à l’hôpital depuis lundi", "health"),
        ("Tengo una enfermedad crónica", "health"),
        ("She has dia\u{ad}betes", "health"),
        ("de\u{301}pression, DÉPRESSIF", "health"),
        ("as a Catholic I", "religion"),
        ("Meine Konfession ist privat", "religion"),
        ("mi origen étnico", "ethnic_origin"),
        ("j'ai voté pour eux", "political_opinion"),
        ("als Pazifistin", "philosophical_belief"),
        ("my tax code is RSSMRA85T10A562S", NATIONAL_IDENTIFIER),
    ] {
        let found_here = classes(text);
        assert!(found_here == [found] || found == "ethnic_origin", "{text}: {found_here:?}");
    }
    for text in [
        "",
        "Hello",
        "hivx",
        "gays",
        "Where is my parcel?",
        "Der Server ist langsam",
        "podemos hablar",
        "He aids us",
        "Christian",
    ] {
        assert_eq!(suspect(text), Suspicion::default(), "{text}");
    }
}

#[test]
fn an_age_is_what_someone_says_of_themselves() {
    for (text, age) in [
        ("Hi! I am 11 years old.", 11),
        ("I'm eleven", 11),
        ("im 11yo", 11),
        ("I’m only 9, sorry", 9),
        ("I am a 12-year-old fan", 12),
        ("My age is 8.", 8),
        ("I am 40 years old, but i was asked. I am 10!", 10),
        ("Ich bin erst zwölf Jahre alt", 12),
        ("ich bin 11", 11),
        ("J'ai seulement 10 ans", 10),
        ("j’ai douze ans", 12),
        ("Tengo 9 años", 9),
        ("hola, tengo once años", 11),
    ] {
        assert_eq!(suspect(text).stated_age, Some(age), "{text}");
    }
    for text in [
        "I am 11 minutes late",
        "I am 1.5 km away",
        "I am 5 of 9",
        "it is 11 years old",
        "my car is 8 years old",
        "I was 11 years old then",
        "I am one of them.",
        "I am 2.",
        "J'ai 10 euros",
        "Tengo 9 gatos",
        "I am 999 years old",
        "Ich bin am 11 da",
    ] {
        assert_eq!(suspect(text).stated_age, None, "{text}");
    }
}

/// Texts that make a careless search go back and forth, a megabyte each: in time that only a linear search needs.
#[test]
fn a_megabyte_of_hostile_text_is_screened_in_linear_time() {
    let begun = Instant::now();
    for piece in [
        "a",
        "hiv",
        "pregnanpregnan",
        "i am 1",
        "i am only just only ",
        "1 ",
        "1-",
        "12345678",
        "x1234567",
        "my my age is ",
        "\u{301}",
        "\u{fdfa}",
        "\u{200b}",
        "ab\u{ad}",
        "multiple sclerosi ",
        "'",
        ".\n",
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        let suspicion = suspect(&text);
        assert!(suspicion.classes.len() <= 2, "{piece:?}: {suspicion:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
}

proptest! {
    #[test]
    fn any_text_is_screened(text in any::<String>()) {
        let _ = suspect(&text);
    }

    /// Whatever stands around it.
    #[test]
    fn what_is_found_is_found_among_other_words(before in "[^0-9\\p{L}\\p{M}]{0,20}", after in "[ .,!\n][^\\p{M}]{0,40}") {
        let suspicion = suspect(&format!("{before} I am 11 years old and pregnant {after}"));
        prop_assert!(suspicion.classes.contains("health"));
        prop_assert!(suspicion.stated_age.is_some_and(|age| age <= 11));
    }
}
