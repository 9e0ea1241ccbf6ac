//! How many mails go out on a day. An address that nobody proved by a code may be a stranger's, named by whoever has a key: it
//! gets a few. The counts change in the commit in which the message is counted, so that several servers send no more.

use domain::{
    AccountId, Address, CaseId, Filed, MailCount, calendar,
    message::{LINKS_TO_AN_ADDRESS_A_DAY, TO_AN_ADDRESS_A_DAY, TO_PEOPLE_A_DAY, Unsent},
};
use jiff::Timestamp;
use store::{Change, CommitError, Conflict, Unit};

use super::{Letter, Says};
use crate::{
    Caller, Gate, GateError,
    attempts::Failed,
    cases::{file, read},
};

/// How often it is tried anew to count a letter: many are sent at once, and all are counted in one place.
const ROUNDS: usize = 4;

/// What a letter counts among: all of its kind, and those to its address.
struct Counts {
    all: MailCount,
    to_address: Option<(MailCount, u32)>,
}

impl Gate {
    /// The letter, counted among those of the day; or why there may not be one more.
    pub(super) async fn within_the_day(&self, letter: Letter) -> Result<Result<Letter, Unsent>, GateError> {
        if letter.message.is_counted || !letter.message.template.is_for_a_person() {
            return Ok(Ok(letter));
        }
        let counted = letter.message.clone().counted();
        let attempt = async || {
            let Counts { all, to_address } = self.counts_of(&letter).await?;
            let mut changes = vec![Change::ReplaceCase(file(&counted)?)];
            if let Some((count, most)) = to_address {
                let Some(count) = count.one_more(most) else { return Ok(Err(Unsent::TooMany)) };
                changes.push(counting(&count)?);
            }
            let Some(all) = all.one_more(TO_PEOPLE_A_DAY) else { return Ok(Err(Unsent::DayFull)) };
            changes.push(counting(&all)?);
            match self.commit(Unit { changes, ..Unit::default() }).await {
                Ok(_) => Ok(Ok(())),
                // Another mail was the first of the day.
                Err(CommitError::Conflict(Conflict::Exists)) => Err(GateError::Busy.into()),
                Err(error) => Err(Failed::Commit(error)),
            }
        };
        let mut is_within = self.retried(&attempt).await.map_err(Failed::into_error);
        for _ in 0..ROUNDS {
            if !matches!(is_within, Err(GateError::Busy)) {
                break;
            }
            is_within = self.retried(&attempt).await.map_err(Failed::into_error);
        }
        Ok(is_within?.map(|()| Letter { message: counted, ..letter }))
    }

    /// The first moment of the next day.
    pub(super) fn tomorrow(&self) -> Result<Timestamp, GateError> {
        let tomorrow = calendar::day(self.now()).tomorrow().ok().and_then(calendar::begin);
        tomorrow.ok_or(GateError::Damaged("the clock"))
    }

    /// What a letter counts among. What is sent at the doors of those who sign in is counted apart, each kind by itself: nobody
    /// keeps anyone's answer from them by it.
    async fn counts_of(&self, letter: &Letter) -> Result<Counts, GateError> {
        let account = letter.message.account;
        let address = letter.to.reveal().to_lowercase();
        if let Says::Link(..) = letter.says {
            return self.counts_among(account, "links", Some((address, LINKS_TO_AN_ADDRESS_A_DAY))).await;
        }
        let to_address = (!letter.is_proved_by_code()).then_some((address, TO_AN_ADDRESS_A_DAY));
        let pot = letter.message.template.entrance().unwrap_or("all");
        self.counts_among(account, pot, to_address).await
    }

    async fn counts_among(
        &self,
        account: AccountId,
        pot: &str,
        address: Option<(String, u32)>,
    ) -> Result<Counts, GateError> {
        let all = self.mail_count(account, pot.as_bytes()).await?;
        let to_address = match address {
            Some((address, most)) => {
                let there = if pot == "all" { address } else { format!("{pot} to {address}") };
                Some((self.mail_count(account, there.as_bytes()).await?, most))
            }
            None => None,
        };
        Ok(Counts { all, to_address })
    }

    /// The change that counts one more of something that may be done so often a day; none when it was done as often already.
    pub(crate) async fn once_more_today(&self, of: &[u8], most: u32) -> Result<Option<Change>, GateError> {
        let count = self.mail_count(self.operator()?.id, of).await?.one_more(most);
        count.as_ref().map(counting).transpose()
    }

    /// How many mails of an account went out today: those to an address, or all.
    pub(crate) async fn mail_count(&self, account: AccountId, of: &[u8]) -> Result<MailCount, GateError> {
        let system = Caller::system(self.account(account).await?);
        let day = calendar::day(self.now());
        let begin = calendar::begin(day).ok_or(GateError::Damaged("the clock"))?;
        let hash = self.repetition_hash(&system, &[b"mail of a day", day.to_string().as_bytes(), of])?;
        let bytes = hash.first_chunk().ok_or(GateError::Damaged("a hash"))?;
        let id = CaseId::derived(begin, *bytes, account.bucket());
        match self.store.case(MailCount::KIND, id).await? {
            Some(case) => read(&case),
            None => Ok(MailCount { id, account, day, count: 0, version: 0 }),
        }
    }
}

/// The change that writes a count.
fn counting(count: &MailCount) -> Result<Change, GateError> {
    let case = file(count)?;
    Ok(if count.version == 1 { Change::OpenCase(case) } else { Change::ReplaceCase(case) })
}

impl Letter {
    /// Whether whoever reads it showed by a code that they read what is sent there.
    fn is_proved_by_code(&self) -> bool {
        match (&self.says, &self.message.to) {
            (Says::Request(request, _), Address::Identifier { place, .. }) => {
                request.is_proved_by_code(*place)
            }
            _ => false,
        }
    }
}
