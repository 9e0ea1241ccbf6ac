//! What came from an address: asked for one purpose, and with an entry that says who asked, and not for which address.

use std::net::IpAddr;

use domain::{Action, Detail, EntryId, Personal, access_log::Asked};
use jiff::Timestamp;
use store::{
    Unit,
    access_log::{AccessRow, AccessTag},
};

use super::{Who, declared, is_over, octets};
use crate::{
    Caller, Gate, GateError, attempts::Failed, glass::said_why, permit::AddressPermit, records::first_entry,
};

/// The most lines that one look-up opens.
const MOST: u32 = 1_000;

/// What is looked up.
pub enum Wanted {
    /// An address that somebody knows.
    Address(Personal<IpAddr>),
    /// The address that stands out on a day.
    StandsOut {
        /// The day.
        day: i32,
        /// Its tag on that day.
        tag: AccessTag,
    },
}

/// A line, opened.
#[derive(Debug)]
pub struct OpenedAccess {
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub address: Personal<IpAddr>,
    /// What the browser or program says of itself.
    pub agent: Personal<String>,
    /// What was asked for.
    pub asked: Asked,
}

/// What came from an address.
#[derive(Debug)]
pub struct AddressFound {
    /// The newest lines, newest first.
    pub lines: Vec<OpenedAccess>,
    /// Whether there are more.
    pub is_cut: bool,
    /// Days that have lines and no key: after a loss, not an end.
    pub unreadable: usize,
    /// The entry that says that this was asked.
    pub entry: EntryId,
}

impl Gate {
    /// Looks up what came from an address, in the log of the caller's account.
    ///
    /// # Errors
    /// The policy declares no log, or does not permit it for this purpose; or a store fails.
    pub async fn look_up_address(
        &self,
        caller: &Caller,
        wanted: &Wanted,
        purpose: &str,
    ) -> Result<AddressFound, GateError> {
        self.retried(|| self.try_address(caller, wanted, purpose)).await.map_err(Failed::into_error)
    }

    async fn try_address(
        &self,
        caller: &Caller,
        wanted: &Wanted,
        purpose: &str,
    ) -> Result<AddressFound, Failed> {
        let effective = self.effective(caller)?;
        let operator = &effective.operator.policy;
        let Some((log, life)) = declared(operator.document()) else {
            return Err(GateError::Malformed("the policy in force declares no access log".to_owned()).into());
        };
        let statement = said_why(caller, &effective, purpose)?;
        let mut detail = Detail {
            purpose: effective.known_purpose(purpose),
            record_type: Some(log.record.get_ref().clone()),
            case: statement,
            ..self.detail_under(caller, Action::AddressLookedUp, &effective)
        };
        let permit = match self.judge_address(&effective, log, purpose) {
            Ok(permit) => permit,
            Err(refusals) => {
                let audit = self.keyring.account(caller.account_id())?.audit_key();
                return Err(self.refuse(&audit, effective.expects(), detail, refusals).await.into());
            }
        };
        let (tags, unreadable) = self.tags_of(caller, wanted, life).await?;
        let mut rows = self.store.access_lines(caller.account_id(), &tags, MOST + 1).await?;
        let is_cut = rows.len() > MOST as usize;
        rows.truncate(MOST as usize);
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            lines.extend(self.open_line(&permit, row).await?);
        }
        detail.categories = permit.categories().to_vec();
        detail.clause = Some(permit.section());
        detail.note = Some(format!("{} lines", lines.len()));
        let entries = vec![self.account_entry(caller.account_id(), &detail)?];
        let unit = Unit { expects: permit.spend(), entries, ..Unit::default() };
        let entry = first_entry(&self.commit(unit).await.map_err(Failed::Commit)?)?;
        Ok(AddressFound { lines, is_cut, unreadable, entry })
    }

    /// The tags of what is wanted, on each day whose time is not over; and how many days have no key.
    async fn tags_of(
        &self,
        caller: &Caller,
        wanted: &Wanted,
        life: jiff::Span,
    ) -> Result<(Vec<(i32, AccessTag)>, usize), GateError> {
        let account = caller.account_id();
        let (mut tags, mut unreadable) = (Vec::new(), 0);
        for day in self.store.access_days(Some(account)).await? {
            if is_over(day.day, life, self.now()) {
                continue;
            }
            match wanted {
                Wanted::StandsOut { day: of, tag } => {
                    if *of == day.day {
                        tags.push((*of, *tag));
                    }
                }
                Wanted::Address(address) => match self.kept_access_key(account, day.day).await? {
                    Some(key) => tags.push((day.day, key.tag(&octets(address.reveal())))),
                    None => unreadable += 1,
                },
            }
        }
        Ok((tags, unreadable))
    }

    /// Opens a line; none when its day has no key any more.
    async fn open_line(
        &self,
        _permit: &AddressPermit,
        row: AccessRow,
    ) -> Result<Option<OpenedAccess>, GateError> {
        let Some(key) = self.kept_access_key(row.account, row.day).await? else { return Ok(None) };
        let opened = key.open(row.tag, row.at.as_microsecond(), &row.sealed);
        let who = Who::read(&opened.map_err(|_| GateError::Damaged("a line of the access log"))?)?;
        let (address, agent) = (Personal::new(who.address), Personal::new(who.agent));
        Ok(Some(OpenedAccess { at: row.at, address, agent, asked: row.asked }))
    }
}
