//! `linking`: a made-up visitor and a made-up person are tied only once both have said yes, and by nothing any more once one of them
//! takes it back.

use domain::{About, Choice, EntryId, RecordId, SubjectId, Told, choice::Method};
use gate::{Consent, GateError, KnownSite, NewChoice, NewSubject, Remembered};
use policy::document::{Relation, SiteUse};

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, verdict::counted};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let (mut faults, mut looked) = (Vec::new(), 0);
    for name in examination.gate.sites(examination.operator.account_id())? {
        let known = examination.gate.site(None, &name)?;
        let Some(link) = known.link() else { continue };
        let Some(role) = role(examination, link) else { continue };
        let pair = Pair::enter(examination, &known, &role).await?;
        let fault = pair.tried(link).await;
        let left = pair.leave().await;
        match fault? {
            Some(fault) => faults.push(format!("on `{name}` {fault}")),
            None => left?,
        }
        looked += 1;
    }
    Ok(match looked {
        0 => Verdict::unchecked("the policy ties visits of no site to people"),
        looked => Verdict::unless(&faults, || {
            let sites = counted(looked, "site");
            format!(
                "on {sites} a made-up visitor and a made-up person were tied once both had said yes and not before; taken back, \
                 the link and its key were gone"
            )
        }),
    })
}

/// Of which role somebody can be who is tied to a visitor, and deals with the operator.
fn role(examination: &Examination<'_>, link: &SiteUse) -> Option<String> {
    let document = examination.document();
    let record = document.records.get(link.record.get_ref().as_str())?;
    let purpose = document.purposes.get(link.purpose.get_ref().as_str())?;
    let mut roles = record.roles.iter().map(|role| role.get_ref());
    let can = |name: &&String| {
        let role = document.roles.get(name.as_str());
        let is_direct =
            role.is_some_and(|role| *role.relation.get_ref() == Relation::Direct && role.can_choose);
        is_direct && purpose.roles.iter().any(|role| role.get_ref() == *name)
    };
    roles.find(can).cloned()
}

/// A made-up visitor who is recognised, and a made-up person.
struct Pair<'a> {
    examination: &'a Examination<'a>,
    known: &'a KnownSite,
    cookie: String,
    person: SubjectId,
}

impl<'a> Pair<'a> {
    async fn enter(
        examination: &'a Examination<'a>,
        known: &'a KnownSite,
        role: &str,
    ) -> Result<Self, GateError> {
        let said = [(known.purpose().to_owned(), true)];
        let remembered = examination.gate.consent(known, None, &consent(&said)).await?;
        let Remembered::As(cookie) = remembered else {
            return Err(GateError::Damaged("a visitor who agreed"));
        };
        let new = NewSubject { role: role.to_owned(), region: None, age: Told::OfAge };
        let (person, ..) = examination.gate.create_subject(&examination.operator, &new, None).await?;
        Ok(Self { examination, known, cookie, person: person.id })
    }

    /// Says yes, one after the other, and takes it back; what was wrong.
    async fn tried(&self, link: &SiteUse) -> Result<Option<String>, GateError> {
        if self.tie().await?.is_some() {
            return Ok(Some("a visitor was tied who had not said yes to it".to_owned()));
        }
        self.visitor_says(link).await?;
        if self.tie().await?.is_some() {
            return Ok(Some("a person was tied who had not said yes to it".to_owned()));
        }
        self.person_says(link, true).await?;
        let Some(record) = self.tie().await? else {
            return Ok(Some("two who had said yes were not tied".to_owned()));
        };
        self.person_says(link, false).await?;
        let (gate, operator) = (self.examination.gate, &self.examination.operator);
        let is_gone = matches!(
            gate.read_record(operator, record, link.purpose.get_ref(), None).await,
            Err(GateError::NotFound(_))
        );
        let has_key = gate.has_link_key(operator, self.person).await?;
        let fault = "a link is there, or its key is, after the yes was taken back";
        Ok((!is_gone || has_key).then(|| fault.to_owned()))
    }

    /// Ties them; none where it is refused.
    async fn tie(&self) -> Result<Option<RecordId>, GateError> {
        let (gate, operator) = (self.examination.gate, &self.examination.operator);
        let asked = (self.person, self.cookie.as_str());
        match gate.link_visitor(operator, &self.known.site.name, asked).await {
            Ok(stored) => Ok(Some(stored.record.id)),
            Err(GateError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn visitor_says(&self, link: &SiteUse) -> Result<Remembered, GateError> {
        let purposes = [self.known.purpose(), link.purpose.get_ref()];
        let said = purposes.map(|purpose| (purpose.to_owned(), true));
        self.examination.gate.consent(self.known, Some(&self.cookie), &consent(&said)).await
    }

    async fn person_says(&self, link: &SiteUse, is_yes: bool) -> Result<(Choice, EntryId), GateError> {
        let new = NewChoice {
            about: About::Purpose(link.purpose.get_ref().clone()),
            is_yes,
            method: Method::Api,
            text: Some("asked by an assessment".to_owned()),
            language: Some("en".to_owned()),
        };
        self.examination.gate.choose(&self.examination.operator, self.person, &new).await
    }

    async fn leave(&self) -> Result<(), GateError> {
        let said = [(self.known.purpose().to_owned(), false)];
        self.examination.gate.consent(self.known, Some(&self.cookie), &consent(&said)).await?;
        self.examination.gate.erase(&self.examination.operator, self.person).await.map(drop)
    }
}

fn consent(said: &[(String, bool)]) -> Consent {
    let text = "asked by an assessment".to_owned();
    Consent { said: said.to_vec(), text, language: "en".to_owned(), method: Method::Click }
}
