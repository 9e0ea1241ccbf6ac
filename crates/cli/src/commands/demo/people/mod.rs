//! A thousand people who do not exist, the same ones for the same seed.
//!
//! Addresses are on domains reserved for examples (RFC 2606), telephone numbers in the 555-01xx range that is kept
//! for fiction, network addresses from the blocks for documentation (RFC 5737, RFC 3849).

mod dice;
mod names;
mod records;
#[cfg(test)]
mod tests;
mod words;

pub(super) use records::record;

use dice::Dice;
use gate::NewRecord;
use names::CULTURES;
use words::{ADJECTIVES, ANIMALS};

/// How many people there are, Ada not counted.
pub(super) const PEOPLE: u32 = 1_000;

/// Whose people someone belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// The operator's own.
    Operator,
    /// A Client's, under the operator's policy.
    Client(usize),
    /// The Client's that has a policy of its own.
    FanClub,
}

/// Someone invented, with everything that is stored about them.
pub(super) struct Person {
    pub(super) home: Home,
    pub(super) role: &'static str,
    pub(super) country: &'static str,
    pub(super) records: Vec<Purposeful>,
}

/// A record with the purpose for which it is stored.
pub(super) struct Purposeful {
    pub(super) purpose: &'static str,
    pub(super) record: NewRecord,
}

/// How someone is called and reached.
struct Identity {
    name: String,
    email: String,
    phone: String,
    country: &'static str,
}

/// Everyone, from a seed.
pub(super) fn people(seed: u64) -> Vec<Person> {
    let mut dice = Dice::new(seed);
    (0..PEOPLE).map(|number| person(number, &mut dice)).collect()
}

/// Of ten people four visit, two are direct customers and four are End Users of the Clients.
fn person(number: u32, dice: &mut Dice) -> Person {
    let who = identity(number, dice);
    let (home, role, records) = match number % 10 {
        0..=3 => (Home::Operator, "visitor", records::of_visitor(&who, dice)),
        4 | 5 => (Home::Operator, "client", records::of_client(number, &who, dice)),
        6 | 7 => (Home::Client(number as usize % 2), "end_user", records::of_end_user(&who, dice)),
        8 => (Home::Client(number as usize / 10 % 2), "end_user", records::of_end_user(&who, dice)),
        _ => (Home::FanClub, "end_user", records::of_member(&who, dice)),
    };
    Person { home, role, country: who.country, records }
}

fn identity(number: u32, dice: &mut Dice) -> Identity {
    let culture = &CULTURES[dice.below(u32::try_from(CULTURES.len()).unwrap_or(1)) as usize];
    let (first, second) = (dice.pick(culture.first), dice.pick(culture.second));
    let domain = dice.pick(&["example.com", "example.org", "example.net"]);
    Identity {
        name: format!("{first} {second}"),
        email: format!("{}.{}.{number}@{domain}", dice.pick(ADJECTIVES), dice.pick(ANIMALS)),
        phone: format!("+1 {} 555 {:04}", 201 + number / 100, 100 + number % 100),
        country: culture.country,
    }
}

/// An address that is kept for documentation.
fn network_address(dice: &mut Dice) -> String {
    if dice.once_in(4) {
        return format!("2001:db8::{:x}:{:x}", 1 + dice.below(0xfffe), 1 + dice.below(0xfffe));
    }
    format!("{}.{}", dice.pick(&["192.0.2", "198.51.100", "203.0.113"]), 1 + dice.below(254))
}
