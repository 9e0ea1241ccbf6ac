//! What a person can say yes or no to, and what they said.

use domain::{
    About, Choice, ChoiceId, ChoiceState, Subject,
    choice::{Mechanism, Method, Said},
};

use super::Oneself;
use crate::{Effective, Gate, GateError, NewChoice, choices::offered};

/// How many choices are read together.
const PAGE: u32 = 100;

/// Something that a person decides about.
#[derive(Debug, Clone)]
pub struct Offered {
    /// What.
    pub about: About,
    /// Whether it is done before they say anything.
    pub mechanism: Mechanism,
    /// What they said; none where nothing holds, as they said nothing, say.
    pub said: Option<Said>,
    /// The choice that they made last about it, by which its receipt is had.
    pub last: Option<ChoiceId>,
}

impl Gate {
    /// All that the policies leave to the person.
    ///
    /// # Errors
    /// They are gone, or a store fails.
    pub async fn offered_choices(&self, oneself: &Oneself) -> Result<Vec<Offered>, GateError> {
        let (subject, _) = self.living_subject(&oneself.caller, oneself.subject()).await?;
        let effective = self.effective(&oneself.caller)?;
        let mut all = all_of(&effective, &subject);
        let mut before = None;
        loop {
            let page = self.choices_of(&oneself.caller, subject.id, before, PAGE).await?;
            for choice in &page {
                note(&mut all, choice);
            }
            before = page.last().map(|last| last.version);
            if page.len() < PAGE as usize || all.iter().all(|one| one.last.is_some()) {
                return Ok(all);
            }
        }
    }
}

fn all_of(effective: &Effective, subject: &Subject) -> Vec<Offered> {
    let document = effective.declaring().document();
    let purposes = document.purposes.keys().map(|name| About::Purpose(name.get_ref().clone()));
    let recipients = document.recipients.keys().map(|name| About::Recipient(name.get_ref().clone()));
    // A limit of all use is asked for as a right; once it is in place, it can be lifted here.
    let processing = subject.choices.is_no(&About::Processing).then_some(About::Processing);
    let holds = effective.choices_of(subject).0;
    let one = |about: About| {
        let no = NewChoice {
            about: about.clone(),
            is_yes: false,
            method: Method::Click,
            text: None,
            language: None,
        };
        let mechanism = offered(effective, subject, &no).ok();
        let said = subject.choices.about(&about).filter(|_| holds.contains_key(&about.to_string()));
        let has_objected = said.is_some_and(|said| said.state != ChoiceState::Granted);
        let mechanism = mechanism.or(has_objected.then_some(Mechanism::OptOut))?;
        Some(Offered { about, mechanism, said, last: None })
    };
    purposes.chain(recipients).chain(processing).filter_map(one).collect()
}

fn note(all: &mut [Offered], choice: &Choice) {
    let about = all.iter_mut().find(|one| one.about == choice.about && one.last.is_none());
    if let Some(one) = about {
        one.last = Some(choice.id);
    }
}
