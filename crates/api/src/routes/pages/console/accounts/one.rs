//! One Client: how it stands, and closing its account for now, opening it again, or ending it for a violation, each with its ground.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Account, AccountId, AccountState, Permission};
use gate::{Determination, SignedIn};
use policy::{
    document::{Bar, Document, Relation},
    placeholder::resolve,
};
use serde::Deserialize;
use web::console::{Block, Sheet, Value};

use super::{
    super::{
        Staff,
        account::kept,
        allow,
        doing::{Confirmed, form, may, reason},
        frame,
        fresh::FreshPosted,
        shown,
        stop::Stop,
        words::{apart, moment},
    },
    PLACE,
};
use crate::{
    ApiState, Problem,
    extract::{Path, id},
    routes::requests::Said,
};

/// What the operator does about an account.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Suspend,
    Reinstate,
    End,
}

impl Step {
    const ALL: [Self; 3] = [Self::Suspend, Self::Reinstate, Self::End];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Reinstate => "reinstate",
            Self::End => "end",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Suspend => "Suspend",
            Self::Reinstate => "Reinstate",
            Self::End => "End for a violation",
        }
    }

    const fn explains(self) -> &'static str {
        match self {
            Self::Suspend => "Closes the account for now. You are asked once more.",
            Self::Reinstate => "Opens the account again. You are asked once more.",
            Self::End => "Closes the account for good, and keeps its people out. You are asked once more.",
        }
    }

    /// What the account is then; only whether that may be is asked here.
    fn becomes(self, state: &ApiState) -> AccountState {
        let at = state.now();
        match self {
            Self::Suspend => AccountState::Suspended { at },
            Self::Reinstate => AccountState::Active,
            Self::End => AccountState::Ended { at },
        }
    }
}

/// A Client of the operator's; of nobody else's caller there is one.
fn client(state: &ApiState, signed_in: &SignedIn, account: &str) -> Result<Account, Problem> {
    let account: AccountId = id(account, "account")?;
    let known = state.gate().client_called(&account.to_string());
    let known = known.filter(|_| state.gate().is_operator(&signed_in.caller));
    known.ok_or_else(|| Problem::not_found("account"))
}

pub(in super::super) async fn one(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path(account): Path<String>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeAccounts).await?;
    let account = client(&state, &signed_in, &account)?;
    let possible = |step: &Step| account.state.may_become(step.becomes(&state));
    let steps =
        Step::ALL.into_iter().filter(|step| may(&signed_in, Permission::ManageAccounts) && possible(step));
    let forms = steps.map(|step| {
        let mut form = form(&signed_in, step.as_str(), format!("{PLACE}/{}/{}", account.id, step.as_str()));
        (form.title, form.button) = (Some(step.label()), step.label());
        step.explains().clone_into(&mut form.explains);
        form.fields.push(reason("On what ground"));
        form
    });
    let sheet = Sheet::new(frame(&signed_in, PLACE), account.name.clone(), "")
        .under(PLACE, "Clients")
        .with(Block::Facts(facts(&state, &account)));
    shown(&sheet.doors("What you can do", forms.collect()))
}

fn facts(state: &ApiState, account: &Account) -> Vec<(String, Value)> {
    let must = state.gate().must_accept(account);
    let must =
        must.map(|must| Value::Urgent(format!("version {} by {}", must.version, moment(must.by).words)));
    let facts = [
        ("Account", Value::code(account.id)),
        ("Opened", Value::Moment(moment(account.created_at))),
        ("Stands", Value::text(account.state.as_str())),
        ("Since", account.state.since().map(moment).into()),
        ("Accepted version", account.accepted_policy.map_or(Value::text("none"), Value::text)),
        ("Must accept", must.unwrap_or(Value::Nothing)),
        (
            "Keys",
            Value::text(state.gate().keys(account.id).iter().filter(|key| key.is_live(state.now())).count()),
        ),
    ];
    facts.map(|(name, value)| (name.to_owned(), value)).into()
}

/// On what ground.
#[derive(Deserialize)]
pub(in super::super) struct Ground {
    because: String,
    #[serde(flatten)]
    confirmed: Confirmed,
}

pub(in super::super) async fn take(
    State(state): State<ApiState>,
    Path((account, step)): Path<(String, String)>,
    FreshPosted { signed_in, form: ground }: FreshPosted<Ground>,
) -> Result<Response, Stop> {
    let step = Step::ALL.into_iter().find(|known| known.as_str() == step);
    let step = step.ok_or_else(|| Problem::not_found("path"))?;
    allow(&state, &signed_in, Permission::ManageAccounts).await?;
    let account = client(&state, &signed_in, &account)?;
    let why = Said { by: None, because: ground.because.clone() }.read()?;
    if !ground.confirmed.to(&shown_version(&account))? {
        return ask(&state, &signed_in, (&account, step), &why);
    }
    let (gate, caller) = (state.gate(), &signed_in.caller);
    match step {
        Step::Suspend => gate.suspend_account(caller, account.id, true, &why).await?,
        Step::Reinstate => gate.suspend_account(caller, account.id, false, &why).await?,
        Step::End => gate.end_account(caller, account.id, &why).await?,
    };
    Ok(Redirect::to(&format!("{PLACE}/{}", account.id)).into_response())
}

/// How the account stood when it was shown, and since when.
fn shown_version(account: &Account) -> String {
    let since = account.state.since().map(|at| at.to_string()).unwrap_or_default();
    format!("{} {since}", account.state.as_str())
}

/// Says what will happen, what is kept and why, and asks whether it shall.
fn ask(
    state: &ApiState,
    signed_in: &SignedIn,
    (account, step): (&Account, Step),
    why: &Determination,
) -> Result<Response, Stop> {
    let here = format!("{PLACE}/{}", account.id);
    let title = format!("{}: {}?", step.label(), apart(&account.name));
    let mut sheet = Sheet::new(frame(signed_in, PLACE), title, "Nothing has been done yet.")
        .under(here.clone(), "The Client")
        .section("The ground", Block::Source(why.because.clone()));
    let effective = state.gate().policy(account.id)?;
    let of_operator = effective.operator.policy.document();
    sheet = sheet.section("What will happen", Block::Sentences(sentences(step, of_operator)));
    if step == Step::End {
        let own = effective.account.as_ref().map(|(_, own)| own.policy.document());
        let [end_users, people] = ["What is kept of its End Users", "What is kept of its people"];
        let of_people = of_operator.members.as_ref().map(|members| members.get_ref().role.get_ref().as_str());
        let of_end_users = kept(end_users, own.unwrap_or(of_operator), (Relation::ForAccount, None));
        sheet = sheet
            .section(end_users, of_end_users)
            .section(people, kept(people, of_operator, (Relation::Direct, of_people)));
    }
    let mut confirming = form(signed_in, step.as_str(), format!("{here}/{}", step.as_str()));
    confirming.button = "Yes, do it";
    let said = [("because", why.because.clone()), (Confirmed::FIELD, shown_version(account))];
    confirming.hidden.extend(said.map(|(name, value)| (name.to_owned(), value)));
    let back = Block::Way { href: here, label: "No, go back".to_owned() };
    shown(&sheet.with(Block::Forms(vec![confirming])).with(back))
}

fn sentences(step: Step, document: &Document) -> Vec<String> {
    let nobody = "Nobody of it comes in any more, from the next request on: neither its people nor its keys.";
    match step {
        Step::Suspend => vec![
            nobody.to_owned(),
            "Everything stays as it is: no clock runs faster, and nothing is deleted for this.".to_owned(),
            "You can open it again.".to_owned(),
        ],
        Step::Reinstate => {
            vec!["Its people and its keys come in again, and may do what they could before.".to_owned()]
        }
        Step::End => {
            let mut sentences = vec![
                nobody.to_owned(),
                "From that moment the times below run; then each is deleted, and its key destroyed."
                    .to_owned(),
                "It is not taken back.".to_owned(),
            ];
            sentences.extend(bar(document));
            sentences
        }
    }
}

/// What is kept of its people past an erasure, so that they are known again, and on which ground.
fn bar(document: &Document) -> Option<String> {
    let bar: &Bar = document.members.as_ref()?.get_ref().bar.as_ref()?.get_ref();
    let mark = "Of each of its people a keyed hash of the e-mail address is kept, and nothing else, by which whoever returns is \
                known again";
    let mut exceptions = document.exceptions_to("erasure");
    let found = exceptions.find(|(_, one)| one.determined_by.is_some() && one.keeps(bar.record.get_ref()));
    let Some((name, one)) = found else { return Some(format!("{mark}, until its own time is over.")) };
    let review = resolve(document, &format!("exceptions.{name}.review"));
    let review = review.map(|review| format!(" It is looked at again every {review}.")).unwrap_or_default();
    let (label, ground) = (one.label.get_ref(), one.ground.get_ref());
    Some(format!("{mark}: under the exception “{label}”, for {ground}.{review}"))
}
