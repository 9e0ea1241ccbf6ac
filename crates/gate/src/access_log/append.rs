//! Lines are added: those of this server together and behind the answer, those that somebody sends before theirs.

use std::collections::BTreeMap;

use domain::{AccountId, Action, Detail, access_log::Access, visit::day_of};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use store::{Change, Unit, access_log::AccessRow};

use super::{Who, declared, is_over, octets};
use crate::{Caller, Gate, GateError, attempts::Failed};

/// The most lines that wait in memory; more are not kept, and counted.
const MOST: usize = 65_536;
/// How many lines one commit adds.
const TOGETHER: usize = 4_096;
/// How long ago something may have happened that a server tells of.
const LATE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How far its clock may be ahead.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// Lines of this server that are not written yet. A process that is killed loses the last half second of them.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<Vec<Access>>);

/// Why a line that somebody sends is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refused {
    /// Its method, route or status is none, or its route has a query.
    Malformed,
    /// It happened more than seven days ago, or is to happen yet.
    Untimely,
}

impl Gate {
    /// Notes a request to this server, which is written within a second and holds nobody up. Without a log in the policy it is
    /// forgotten; and where too many wait, it is counted as not kept.
    pub fn note_access(&self, access: Access) {
        let is_logged = self
            .operator()
            .and_then(|operator| self.policy(operator.id))
            .is_ok_and(|effective| declared(effective.operator.policy.document()).is_some());
        let Some(access) = access.checked().filter(|_| is_logged) else { return };
        let mut waiting = self.access_waiting.0.lock();
        if waiting.len() < MOST {
            waiting.push(access);
        } else {
            drop(waiting);
            metrics::counter!("bailee_access_lines_lost_total").increment(1);
        }
    }

    /// Writes down what was noted; how many lines.
    ///
    /// # Errors
    /// A store fails; what was not written is tried again.
    pub async fn write_access_log(&self) -> Result<usize, GateError> {
        let mut lines = std::mem::take(&mut *self.access_waiting.0.lock());
        let account = self.operator()?.id;
        let mut written = 0;
        while !lines.is_empty() {
            let group: Vec<Access> = lines.drain(..TOGETHER.min(lines.len())).collect();
            if let Err(error) = self.add_lines(account, &group).await {
                let mut waiting = self.access_waiting.0.lock();
                waiting.extend(group.into_iter().chain(lines));
                let lost = waiting.len().saturating_sub(MOST);
                waiting.truncate(MOST);
                drop(waiting);
                metrics::counter!("bailee_access_lines_lost_total").increment(lost as u64);
                return Err(error);
            }
            written += group.len();
        }
        Ok(written)
    }

    pub(super) async fn add_lines(&self, account: AccountId, lines: &[Access]) -> Result<(), GateError> {
        let rows = self.access_rows(account, lines).await?;
        let unit = Unit { changes: vec![Change::AddAccessLines(rows)], ..Unit::default() };
        self.commit(unit).await?;
        Ok(())
    }

    /// Adds lines of a caller's own servers to their log: on return they are durable, and it is said which are not kept, by reason.
    ///
    /// # Errors
    /// The policy declares no log, or a store fails; nothing was kept then.
    pub async fn add_access_lines(
        &self,
        caller: &Caller,
        lines: Vec<Access>,
    ) -> Result<(usize, BTreeMap<Refused, u64>), GateError> {
        let now = self.now();
        let mut refused: BTreeMap<Refused, u64> = BTreeMap::new();
        let mut kept = Vec::with_capacity(lines.len());
        for line in lines {
            let is_timely = line.at.duration_since(now) <= AHEAD && now.duration_since(line.at) <= LATE;
            match line.checked() {
                Some(line) if is_timely => kept.push(line),
                Some(_) => *refused.entry(Refused::Untimely).or_default() += 1,
                None => *refused.entry(Refused::Malformed).or_default() += 1,
            }
        }
        self.retried(|| self.try_add(caller, &kept)).await.map_err(Failed::into_error)?;
        Ok((kept.len(), refused))
    }

    async fn try_add(&self, caller: &Caller, lines: &[Access]) -> Result<(), Failed> {
        let effective = self.effective(caller)?;
        let operator = &effective.operator.policy;
        let Some((log, _)) = declared(operator.document()) else {
            return Err(GateError::Malformed("the policy in force declares no access log".to_owned()).into());
        };
        let rows = self.access_rows(caller.account_id(), lines).await?;
        let detail = Detail {
            record_type: Some(log.record.get_ref().clone()),
            clause: Some(operator.clause("access_log", policy::Promise::Abuse).section),
            note: Some(format!("{} lines", rows.len())),
            ..self.detail_under(caller, Action::AccessLogged, &effective)
        };
        let entries = vec![self.account_entry(caller.account_id(), &detail)?];
        let unit =
            Unit { expects: effective.expects(), changes: vec![Change::AddAccessLines(rows)], entries };
        self.commit(unit).await.map(drop).map_err(Failed::Commit)
    }

    /// Lines, sealed; without those of days whose time is over.
    async fn access_rows(&self, account: AccountId, lines: &[Access]) -> Result<Vec<AccessRow>, GateError> {
        let effective = self.policy(self.operator()?.id)?;
        let Some((_, life)) = declared(effective.operator.policy.document()) else { return Ok(Vec::new()) };
        let mut rows = Vec::with_capacity(lines.len());
        for line in lines {
            if is_over(day_of(line.at.as_second()), life, self.now()) {
                continue;
            }
            rows.push(self.access_row(account, line).await?);
        }
        Ok(rows)
    }

    /// A line, sealed under the key of its day.
    pub(super) async fn access_row(&self, account: AccountId, line: &Access) -> Result<AccessRow, GateError> {
        let unwritten = || GateError::Damaged("a line of the access log");
        let at = Timestamp::from_microsecond(line.at.as_microsecond()).unwrap_or(line.at);
        let day = day_of(at.as_second());
        let key = self.access_key(account, day).await?;
        let tag = key.tag(&octets(line.address.reveal()));
        let who = Who { address: *line.address.reveal(), agent: line.agent.reveal().clone() };
        let who = sealing::wiped(postcard::to_stdvec(&who).map_err(|_| unwritten())?);
        let sealed = key.seal(tag, at.as_microsecond(), &who, self.randomness());
        Ok(AccessRow { account, day, tag, at, asked: line.asked.clone(), sealed })
    }
}
