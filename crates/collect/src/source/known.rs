//! The sources that have a name, by the list that is kept.

use std::{collections::HashMap, sync::LazyLock};

use domain::visit::{Channel, Source};

/// A channel, a name, and how it is known, in a line each.
const LIST: &str = include_str!("../../lists/sources.tsv");

/// What stands between a brand and its country: `google.co.uk`, `google.com.br`.
const SECOND_LEVEL: &[&str] = &["co", "com", "net", "org", "ne", "or"];

struct Known {
    channel: Channel,
    name: &'static str,
}

static KNOWN: LazyLock<HashMap<&'static str, Known>> = LazyLock::new(|| {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| read(line).expect("a test reads every line of the list")).collect()
});

fn read(line: &'static str) -> Option<Vec<(&'static str, Known)>> {
    let [channel, name, signs] = *line.split('\t').collect::<Vec<_>>() else { return None };
    let channel = match channel {
        "search" => Channel::Search,
        "social" => Channel::Social,
        "email" => Channel::Email,
        _ => return None,
    };
    Some(signs.split(' ').map(|sign| (sign, Known { channel, name })).collect())
}

fn named(sign: &str) -> Option<Source> {
    let Known { channel, name } = KNOWN.get(sign)?;
    Some(Source { channel: *channel, name: Some((*name).to_owned()) })
}

/// A source by the word that campaigns use for it.
pub(super) fn word(word: &str) -> Option<Source> {
    (!word.contains('.')).then(|| named(word)).flatten()
}

/// A source by its host: the most exact one that is known, so that mail is told apart from search.
pub(super) fn host(host: &str) -> Option<Source> {
    let below = |host: &'_ str| host.match_indices('.').map(|(at, _)| at + 1).collect::<Vec<_>>();
    let starts = |host: &str| [vec![0], below(host)].concat();
    let exact =
        starts(host).into_iter().map(|at| &host[at..]).filter(|part| part.contains('.')).find_map(named);
    let brand = || {
        let host = without_country(host)?;
        starts(host).into_iter().find_map(|at| named(&format!("{}.*", &host[at..])))
    };
    exact.or_else(brand)
}

/// A host without what a country adds to it.
fn without_country(host: &str) -> Option<&str> {
    let (rest, country) = host.rsplit_once('.')?;
    match rest.rsplit_once('.') {
        Some((brand, second)) if country.len() == 2 && SECOND_LEVEL.contains(&second) => Some(brand),
        _ => Some(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_no_sign_stands_twice() {
        let lines: Vec<&str> = LIST.lines().filter(|line| !line.starts_with('#')).collect();
        let signs: Vec<&str> =
            lines.iter().flat_map(|line| read(line).expect(line)).map(|(sign, _)| sign).collect();
        assert_eq!(signs.len(), KNOWN.len());
        assert!(signs.iter().all(|sign| !sign.is_empty() && *sign == sign.to_lowercase()));
    }

    #[test]
    fn a_brand_is_known_in_every_country_and_not_below_another_site() {
        for google in ["google.com", "www.google.de", "google.co.uk", "news.google.com.br"] {
            assert_eq!(host(google).and_then(|source| source.name).as_deref(), Some("Google"), "{google}");
        }
        for other in ["google.evil.example", "notgoogle.com", "google.com.evil.example", "google", "com", ""]
        {
            assert_eq!(host(other), None, "{other}");
        }
        assert_eq!(host("mail.google.com").map(|source| source.channel), Some(Channel::Email));
    }
}
