//! How many mails go out on a day. An address that nobody proved by a code may be a stranger's, named by whoever has a key: it
//! gets a few. The counts change in the commit in which the message is counted, so that several servers send no more.

use domain::{
    AccountId, Address, CaseId, Filed, MailCount, calendar,
    message::{LINKS_TO_AN_ADDRESS_A_DAY, TO_AN_ADDRESS_A_DAY, TO_PEOPLE_A_DAY},
};
use store::{Change, CommitError, Conflict, Unit};

use super::{Letter, Says};
use crate::{
    Caller, Gate, GateError,
    attempts::Failed,
    cases::{file, read},
};

impl Gate {
    /// The letter, counted among those of the day; none when there are as many as may be.
    pub(super) async fn within_the_day(&self, letter: Letter) -> Result<Option<Letter>, GateError> {
        if letter.message.is_counted || !letter.message.template.is_for_a_person() {
            return Ok(Some(letter));
        }
        let counted = letter.message.clone().counted();
        let attempt = async || {
            let mut changes = vec![Change::ReplaceCase(file(&counted)?)];
            for (count, most) in self.counts_of(&letter).await? {
                let Some(count) = count.one_more(most) else { return Ok(false) };
                let case = file(&count)?;
                let is_first = count.version == 1;
                changes.push(if is_first { Change::OpenCase(case) } else { Change::ReplaceCase(case) });
            }
            match self.commit(Unit { changes, ..Unit::default() }).await {
                Ok(_) => Ok(true),
                // Another mail was the first of the day.
                Err(CommitError::Conflict(Conflict::Exists)) => Err(GateError::Busy.into()),
                Err(error) => Err(Failed::Commit(error)),
            }
        };
        let is_within = self.retried(attempt).await.map_err(Failed::into_error)?;
        Ok(is_within.then_some(Letter { message: counted, ..letter }))
    }

    /// What a letter counts among, and how many each may be.
    async fn counts_of(&self, letter: &Letter) -> Result<Vec<(MailCount, u32)>, GateError> {
        let account = letter.message.account;
        if let Says::Link(..) = letter.says {
            return self.counts_of_links(account, letter.to.reveal()).await;
        }
        // What strangers have sent at the entrance is counted apart: it must not keep anyone's answer from them.
        let pot: &[u8] = if letter.message.template.is_of_an_entrance() { b"entrance" } else { b"all" };
        let mut counts = vec![(self.mail_count(account, pot).await?, TO_PEOPLE_A_DAY)];
        if !letter.is_proved_by_code() {
            let address = letter.to.reveal().to_lowercase();
            let of = if pot == b"all" { address } else { format!("entrance of {address}") };
            counts.push((self.mail_count(account, of.as_bytes()).await?, TO_AN_ADDRESS_A_DAY));
        }
        Ok(counts)
    }

    /// Links are counted by themselves: whoever asks for them in another's name keeps nothing else from being told.
    async fn counts_of_links(
        &self,
        account: AccountId,
        to: &str,
    ) -> Result<Vec<(MailCount, u32)>, GateError> {
        let there = [b"links to ", to.to_lowercase().as_bytes()].concat();
        Ok(vec![
            (self.mail_count(account, b"links").await?, TO_PEOPLE_A_DAY),
            (self.mail_count(account, &there).await?, LINKS_TO_AN_ADDRESS_A_DAY),
        ])
    }

    /// How many mails of an account went out today: those to an address, or all.
    async fn mail_count(&self, account: AccountId, of: &[u8]) -> Result<MailCount, GateError> {
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
