//! The facts under which two policies are compared: the most permissive ones, then one of them changed at a time.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::{
    decide::{
        Age, ChoiceState, Choices, Facts, Question,
        uses::{agreed, agreement, concerned, text},
    },
    document::Document,
};

/// Facts, and how they differ from the most permissive ones, in words.
#[derive(Debug, Clone)]
pub(super) struct Situation {
    pub(super) words: String,
    today: Date,
    choices: Choices,
    collected_for: Option<[String; 1]>,
    age: Age,
    region: Option<String>,
    restricted: bool,
    objections: Vec<String>,
}

impl Situation {
    /// A person of age who said yes to everything, with the account's agreement in force: nothing permits more.
    pub(super) fn most_permissive(operator: &Document, account: &Document, question: &Question<'_>) -> Self {
        let applies = |document: &Document| document.policy.get_ref().effective.get_ref().0;
        let both_apply = applies(operator).max(applies(account));
        let signed = agreement(account, question).map(|agreement| agreement.signed.get_ref().0);
        Self {
            words: String::new(),
            today: signed.map_or(both_apply, |signed| signed.max(both_apply)),
            choices: agreed(question),
            collected_for: None,
            age: Age::OfAge,
            region: None,
            restricted: false,
            objections: Vec::new(),
        }
    }

    pub(super) fn facts(&self) -> Facts<'_> {
        Facts {
            today: self.today,
            choices: &self.choices,
            collected_for: self.collected_for.as_ref().map(<[String; 1]>::as_slice),
            objections: &self.objections,
            age: self.age,
            region: self.region.as_deref(),
            restricted: self.restricted,
        }
    }

    /// These facts with one of them changed, in every way that a rule of either policy could tell apart.
    pub(super) fn variations(
        &self,
        operator: &Document,
        account: &Document,
        question: &Question<'_>,
    ) -> Vec<Self> {
        let mut all = self.other_choices(question);
        all.extend(self.other_collections(account));
        all.extend(self.other_regions(operator, account));
        let with = |words: &str| Self { words: words.to_owned(), ..self.clone() };
        all.push(Self { age: Age::Unknown, ..with(" when the person's age is unknown") });
        all.push(Self { age: Age::Child, ..with(" when the person is below the minimum age") });
        all.push(Self { restricted: true, ..with(" while the data is restricted") });
        // It refuses everything but what the law obliges to, which two policies may see differently.
        let objections = vec![question.purpose.to_owned()];
        all.push(Self { objections, ..with(" when the person objects") });
        all.extend(self.other_day(operator, question));
        all
    }

    fn other_choices(&self, question: &Question<'_>) -> Vec<Self> {
        let mut all = Vec::new();
        for declaration in concerned(question) {
            let (_, name) = declaration.split_once('.').unwrap_or_default();
            for (state, words) in [
                (None, format!(" before anyone was asked about {name}")),
                (Some(ChoiceState::Denied), format!(" after the person said no to {name}")),
                (Some(ChoiceState::Withdrawn), format!(" after the person took back the yes to {name}")),
            ] {
                let mut other = Self { words, ..self.clone() };
                other.choices.0.remove(&declaration);
                other.choices.0.extend(state.map(|state| (declaration.clone(), state)));
                all.push(other);
            }
        }
        all
    }

    /// One purpose at a time is enough: a record collected for several may be used when one of them suffices.
    fn other_collections(&self, account: &Document) -> Vec<Self> {
        let declared = account.purposes.keys().map(text);
        let compatible = account.purposes.values().flat_map(|one| one.compatible_with.iter().map(text));
        let names: BTreeSet<&str> = declared.chain(compatible).collect();
        names
            .into_iter()
            .map(|name| Self {
                words: format!(" when it was collected for {name}"),
                collected_for: Some([name.to_owned()]),
                ..self.clone()
            })
            .collect()
    }

    fn other_regions(&self, operator: &Document, account: &Document) -> Vec<Self> {
        let mut countries = BTreeSet::from(["a country that neither policy names".to_owned()]);
        for transfers in [operator, account].iter().filter_map(|one| one.transfers.as_ref()) {
            let transfers = transfers.get_ref();
            countries.insert(transfers.deployment.get_ref().clone());
            let allowed = transfers.allowed.iter().map(|one| one.get_ref().from.get_ref());
            countries.extend(allowed.filter(|country| *country != "*").cloned());
        }
        let situation = |country: String| Self {
            words: format!(" when the person is in {country}"),
            region: Some(country),
            ..self.clone()
        };
        countries.into_iter().map(situation).collect()
    }

    /// Agreements hold on an interval of days, so besides its own first day only the day on which the
    /// operator's ends can tell the two apart.
    fn other_day(&self, operator: &Document, question: &Question<'_>) -> Option<Self> {
        let until = agreement(operator, question)?.until.as_ref()?.get_ref().0;
        (until > self.today).then(|| Self { words: format!(" on {until}"), today: until, ..self.clone() })
    }
}
