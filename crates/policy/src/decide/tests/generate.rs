//! Small random policies, questions and facts, over so few names that they meet often, dangling names included.

use std::{collections::BTreeMap, fmt::Write as _};

use jiff::civil::{Date, date};
use proptest::{
    collection::btree_map,
    option,
    prelude::*,
    sample::{select, subsequence},
};

use super::super::{Age, ChoiceState, Choices, Facts, Question};

type Name = &'static str;

pub(super) const ROLES: &[Name] = &["client", "visitor"];
pub(super) const CATEGORIES: &[Name] = &["email", "name", "text"];
pub(super) const PURPOSES: &[Name] = &["support", "offers", "logs"];
pub(super) const RECORDS: &[Name] = &["message", "profile"];
pub(super) const RECIPIENTS: &[Name] = &["desk", "lab"];
pub(super) const COUNTRIES: &[Name] = &["DE", "US", "FR"];

/// A policy in the fewest words, from which its text is written.
#[derive(Debug, Clone)]
pub(super) struct Sketch {
    pub(super) effective: i16,
    pub(super) roles: Vec<Name>,
    /// Whether each is forbidden.
    pub(super) categories: BTreeMap<Name, bool>,
    pub(super) purposes: BTreeMap<Name, Purpose>,
    pub(super) records: BTreeMap<Name, Record>,
    pub(super) recipients: BTreeMap<Name, Recipient>,
    /// The country of the deployment, and the movements allowed.
    pub(super) transfers: Option<(Name, Vec<(Name, Name)>)>,
    /// Whether an unknown age is refused.
    pub(super) age: Option<bool>,
    pub(super) refuses: Vec<Refused>,
}

#[derive(Debug, Clone)]
pub(super) struct Purpose {
    pub(super) basis: Name,
    pub(super) roles: Vec<Name>,
    pub(super) choice: Option<Name>,
    pub(super) compatible_with: Vec<Name>,
}

#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) roles: Vec<Name>,
    pub(super) purposes: Vec<Name>,
    pub(super) categories: Vec<Name>,
}

#[derive(Debug, Clone)]
pub(super) struct Recipient {
    pub(super) receives: Vec<Name>,
    pub(super) purposes: Vec<Name>,
    pub(super) region: Option<Name>,
    /// The years on whose first day it begins and ends.
    pub(super) agreement: Option<(i16, Option<i16>)>,
    pub(super) choice: Option<Name>,
}

/// Role, category, purpose and recipient of a statement; none means any.
pub(super) type Refused = (Option<Name>, Option<Name>, Option<Name>, Option<Name>);

/// Most of the names, so that most policies permit something.
fn most(names: &'static [Name]) -> impl Strategy<Value = Vec<Name>> {
    subsequence(names, (names.len() - 1)..=names.len())
}

fn choice() -> impl Strategy<Value = Option<Name>> {
    prop_oneof![3 => Just(None), 1 => Just(Some("opt_out")), 1 => Just(Some("opt_in"))]
}

fn purpose() -> impl Strategy<Value = Purpose> {
    let basis = select(vec!["contract", "consent", "legal_obligation", "legitimate_interest"]);
    (basis, most(ROLES), choice(), subsequence(PURPOSES, 0..=2))
        .prop_map(|(basis, roles, choice, compatible_with)| Purpose { basis, roles, choice, compatible_with })
}

fn record() -> impl Strategy<Value = Record> {
    (most(ROLES), most(PURPOSES), most(CATEGORIES)).prop_map(|(roles, purposes, categories)| Record {
        roles,
        purposes,
        categories,
    })
}

fn recipient() -> impl Strategy<Value = Recipient> {
    let agreement = option::weighted(0.9, (2018..2021_i16, option::of(2021..2024_i16)));
    let region = option::weighted(0.9, select(COUNTRIES));
    (most(CATEGORIES), most(PURPOSES), region, agreement, choice()).prop_map(
        |(receives, purposes, region, agreement, choice)| Recipient {
            receives,
            purposes,
            region,
            agreement,
            choice,
        },
    )
}

fn transfers() -> impl Strategy<Value = (Name, Vec<(Name, Name)>)> {
    let country = || select(vec!["DE", "US", "FR", "*"]);
    (select(COUNTRIES), prop::collection::vec((country(), country()), 0..4))
}

pub(super) fn refused() -> impl Strategy<Value = Refused> {
    let any = |names| option::weighted(0.7, select(names));
    (any(ROLES), any(CATEGORIES), any(PURPOSES), any(RECIPIENTS))
}

/// Most of the names, each declared in some way.
fn declared<T: std::fmt::Debug>(
    names: &'static [Name],
    one: impl Strategy<Value = T>,
) -> impl Strategy<Value = BTreeMap<Name, T>> {
    prop::collection::vec(option::weighted(0.85, one), names.len()).prop_map(|declarations| {
        let declared = names.iter().zip(declarations);
        declared.filter_map(|(name, one)| Some((*name, one?))).collect()
    })
}

pub(super) fn sketch() -> impl Strategy<Value = Sketch> {
    let data = (
        most(ROLES),
        declared(CATEGORIES, prop::bool::weighted(0.1)),
        declared(PURPOSES, purpose()),
        declared(RECORDS, record()),
    );
    let outside = (
        declared(RECIPIENTS, recipient()),
        option::weighted(0.4, transfers()),
        option::weighted(0.4, any::<bool>()),
        prop::collection::vec(refused(), 0..2),
        2018..2020_i16,
    );
    (data, outside).prop_map(
        |((roles, categories, purposes, records), (recipients, transfers, age, refuses, effective))| Sketch {
            effective,
            roles,
            categories,
            purposes,
            records,
            recipients,
            transfers,
            age,
            refuses,
        },
    )
}

/// A policy and one that differs from it in one respect: where they differ in many, the first hides the rest.
pub(super) fn alike() -> impl Strategy<Value = (Sketch, Sketch)> {
    (sketch(), sketch(), 0..9_u8).prop_map(|(outer, other, respect)| {
        let mut inner = outer.clone();
        match respect {
            0 => inner.categories = other.categories,
            1 => inner.records = other.records,
            2 => inner.refuses = other.refuses,
            3 => inner.age = other.age,
            4 => inner.transfers = other.transfers,
            5 => inner.roles = other.roles,
            6 => inner.recipients = other.recipients,
            _ => change_purposes(&mut inner, &other, respect == 7),
        }
        (outer, inner)
    })
}

fn change_purposes(inner: &mut Sketch, other: &Sketch, basis: bool) {
    for (name, purpose) in &mut inner.purposes {
        match other.purposes.get(name) {
            Some(other) if basis => (purpose.basis, purpose.choice) = (other.basis, other.choice),
            Some(other) => purpose.compatible_with.clone_from(&other.compatible_with),
            None => {}
        }
    }
}

/// A question that owns its words.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) role: String,
    pub(super) record: Option<String>,
    pub(super) category: String,
    pub(super) purpose: String,
    pub(super) recipient: Option<String>,
}

impl Asked {
    pub(super) fn question(&self) -> Question<'_> {
        Question {
            role: &self.role,
            record_type: self.record.as_deref(),
            category: &self.category,
            purpose: &self.purpose,
            recipient: self.recipient.as_deref(),
        }
    }
}

fn asking<S: Strategy<Value = String>>(name: impl Fn(&'static [Name]) -> S) -> impl Strategy<Value = Asked> {
    let (record, recipient) = (option::of(name(RECORDS)), option::of(name(RECIPIENTS)));
    (name(ROLES), record, name(CATEGORIES), name(PURPOSES), recipient).prop_map(
        |(role, record, category, purpose, recipient)| Asked { role, record, category, purpose, recipient },
    )
}

pub(super) fn asked() -> impl Strategy<Value = Asked> {
    asking(|names| select(names).prop_map(str::to_owned))
}

/// Questions of any words at all.
pub(super) fn anything_asked() -> impl Strategy<Value = Asked> {
    asking(|names| prop_oneof![select(names).prop_map(str::to_owned), any::<String>()])
}

/// Facts that own what they know.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) today: Date,
    pub(super) choices: Choices,
    pub(super) collected_for: Option<Vec<String>>,
    pub(super) objections: Vec<String>,
    pub(super) age: Age,
    pub(super) region: Option<String>,
    pub(super) restricted: bool,
}

impl Known {
    pub(super) fn facts(&self) -> Facts<'_> {
        Facts {
            today: self.today,
            choices: &self.choices,
            collected_for: self.collected_for.as_deref(),
            objections: &self.objections,
            age: self.age,
            region: self.region.as_deref(),
            restricted: self.restricted,
        }
    }
}

pub(super) fn known() -> impl Strategy<Value = Known> {
    let declarations: Vec<String> = PURPOSES
        .iter()
        .map(|name| format!("purposes.{name}"))
        .chain(RECIPIENTS.iter().map(|name| format!("recipients.{name}")))
        .collect();
    let state = prop_oneof![
        4 => Just(ChoiceState::Granted),
        1 => Just(ChoiceState::Denied),
        1 => Just(ChoiceState::Withdrawn)
    ];
    let collected = option::weighted(0.3, subsequence(PURPOSES, 0..=2));
    let objected = prop_oneof![
        3 => Just(Vec::new()),
        1 => subsequence([PURPOSES, RECIPIENTS].concat(), 1..=2)
    ];
    let age = prop_oneof![3 => Just(Age::OfAge), 1 => Just(Age::Unknown), 1 => Just(Age::Child)];
    let region = option::weighted(0.3, select(vec!["DE", "US", "FR", "BR"]));
    let choices = btree_map(select(declarations), state, 0..5);
    (2018..2025_i16, choices, collected, objected, age, region, prop::bool::weighted(0.15)).prop_map(
        |(year, choices, collected, objected, age, region, restricted)| Known {
            today: date(year, 1, 1),
            choices: Choices(choices),
            collected_for: collected.map(|names| names.into_iter().map(str::to_owned).collect()),
            objections: objected.into_iter().map(str::to_owned).collect(),
            age,
            region: region.map(str::to_owned),
            restricted,
        },
    )
}

impl Sketch {
    /// The policy's text.
    pub(super) fn toml(&self) -> String {
        let mut text = format!(
            "[policy]\nlanguage = 1\nid = \"any\"\nversion = \"1\"\ntitle = \"Any\"\neffective = {}-01-01\n\
             kind = \"operator\"\n[controller]\nname = \"Anyone\"\n",
            self.effective
        );
        self.write(&mut text).unwrap();
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        for role in &self.roles {
            writeln!(text, "[roles.{role}]\nlabel = \"{role}\"\nrelation = \"direct\"")?;
        }
        for (name, forbidden) in &self.categories {
            writeln!(text, "[categories.{name}]\nlabel = \"{name}\"\ndpv = \"x\"\nclass = \"contact\"")?;
            writeln!(text, "forbidden = {forbidden}")?;
        }
        for (name, one) in &self.purposes {
            writeln!(text, "[purposes.{name}]\nlabel = \"{name}\"\ndpv = \"x\"\nbasis = \"{}\"", one.basis)?;
            writeln!(text, "roles = {:?}\ncompatible_with = {:?}", one.roles, one.compatible_with)?;
            write_choice(text, one.choice)?;
        }
        for (name, one) in &self.records {
            writeln!(
                text,
                "[records.{name}]\nlabel = \"{name}\"\nretention = \"r\"\nroles = {:?}",
                one.roles
            )?;
            writeln!(text, "purposes = {:?}\n[records.{name}.fields]", one.purposes)?;
            for category in &one.categories {
                writeln!(text, "{category} = {{ category = \"{category}\" }}")?;
            }
        }
        self.write_outside(text)
    }

    fn write_outside(&self, text: &mut String) -> std::fmt::Result {
        for (name, one) in &self.recipients {
            writeln!(text, "[recipients.{name}]\nlabel = \"{name}\"\nkind = \"processor\"")?;
            writeln!(text, "receives = {:?}\npurposes = {:?}", one.receives, one.purposes)?;
            write_choice(text, one.choice)?;
            if let Some(region) = one.region {
                writeln!(text, "region = \"{region}\"")?;
            }
            if let Some((signed, until)) = one.agreement {
                writeln!(text, "[recipients.{name}.agreement]\ndocument = \"x\"\nsigned = {signed}-01-01")?;
                until.map_or(Ok(()), |until| writeln!(text, "until = {until}-01-01"))?;
            }
        }
        if let Some((deployment, allowed)) = &self.transfers {
            writeln!(text, "[transfers]\ndeployment = \"{deployment}\"")?;
            for (from, to) in allowed {
                writeln!(text, "[[transfers.allowed]]\nfrom = \"{from}\"\nto = \"{to}\"\nsafeguard = \"x\"")?;
            }
        }
        if let Some(refuses) = self.age {
            let unknown = if refuses { "refuse" } else { "allow" };
            writeln!(text, "[age]\nminimum = 13\nunknown = \"{unknown}\"")?;
        }
        writeln!(text, "[[sections]]\nnumber = 1\ntitle = \"All\"\ntext = \"This is how it is.\"")?;
        for (role, category, purpose, recipient) in &self.refuses {
            writeln!(text, "[[sections.refuses]]")?;
            for (kind, name) in
                [("role", role), ("category", category), ("purpose", purpose), ("recipient", recipient)]
            {
                name.map_or(Ok(()), |name| writeln!(text, "{kind} = \"{name}\""))?;
            }
        }
        Ok(())
    }
}

fn write_choice(text: &mut String, choice: Option<Name>) -> std::fmt::Result {
    choice.map_or(Ok(()), |choice| writeln!(text, "choice = \"{choice}\""))
}
