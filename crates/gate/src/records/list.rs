//! Reading all that is held on a subject, page by page, under one purpose.

use domain::{Action, EntryId, Record, RecordId, Subject, SubjectId};
use store::{Expect, Unit, subjects::KeyBinding};

use super::{first_entry, metadata_stands, seal::open_fields, withheld, without_fields};
use crate::{
    Caller, Gate, GateError, attempts::Failed, glass::said_why, judge::Ask, policies::Effective,
    view::OpenedRecord,
};

/// A page on its way: the records, and what was opened in them.
struct Page {
    records: Vec<OpenedRecord>,
    categories: Vec<String>,
    expects: Vec<Expect>,
}

impl Gate {
    /// Opens a page of a subject's records for a purpose. A record of which nothing may be opened is listed with
    /// its metadata and the reasons, as long as something of the page may be. One entry covers the page.
    ///
    /// # Errors
    /// Refused when nothing of the page may be opened; the subject is not there or gone; or a store fails.
    pub async fn list_records(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<OpenedRecord>, GateError> {
        self.retried(|| self.try_list(caller, subject, purpose, (after, limit), false))
            .await
            .map_err(Failed::into_error)
    }

    /// Likewise for an answer to the person themselves: a page of which nothing may be opened is listed too, so that they
    /// see what is held and why it is not shown.
    ///
    /// # Errors
    /// The subject is not there or gone, or a store fails.
    pub async fn list_held(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<OpenedRecord>, GateError> {
        self.retried(|| self.try_list(caller, subject, purpose, (after, limit), true))
            .await
            .map_err(Failed::into_error)
    }

    async fn try_list(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        (after, limit): (Option<RecordId>, u32),
        is_complete: bool,
    ) -> Result<Vec<OpenedRecord>, Failed> {
        let (subject, keys) = self.living_subject(caller, subject).await?;
        let effective = self.effective(caller)?;
        let glass = said_why(caller, &effective, purpose)?;
        let expects = effective.expects_of(&subject);
        let mut page = Page { records: Vec::new(), categories: Vec::new(), expects };
        for record in self.unexpired(&subject, after, limit).await? {
            self.open_into(&mut page, &effective, &subject, &keys, purpose, record).await?;
        }
        let mut detail = self.detail_under(caller, Action::SubjectRead, &effective);
        detail.subject = Some(subject.id);
        detail.purpose = effective.known_purpose(purpose);
        detail.case = glass;
        detail.note = Some(format!("{} records", page.records.len()));
        page.categories.sort_unstable();
        page.categories.dedup();
        let audit = self.audit_key(&subject, &keys).await?;
        if page.categories.is_empty() && !page.records.is_empty() && !is_complete {
            let refusals =
                page.records.iter().flat_map(|one| one.withheld.iter().map(|field| field.refusal.clone()));
            return Err(self.refuse(&audit, page.expects, detail, refusals.collect()).await.into());
        }
        detail.categories = page.categories;
        let entry = self.entry(&audit, Some(subject.id), &detail);
        let unit = Unit { expects: page.expects, entries: vec![entry], ..Unit::default() };
        let entry = first_entry(&self.commit(unit).await.map_err(Failed::Commit)?)?;
        Ok(page.records.into_iter().map(|opened| OpenedRecord { entry, ..opened }).collect())
    }

    /// A full page of records whose time is not over, or what is left.
    async fn unexpired(
        &self,
        subject: &Subject,
        mut after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<Record>, GateError> {
        let mut page = Vec::new();
        loop {
            let rows = self.store.records(subject.id, after, limit).await?;
            let last = rows.last().map(|record| record.id);
            let is_end = rows.len() < limit as usize;
            page.extend(rows.into_iter().filter(|record| !self.is_over(record, subject)));
            page.truncate(limit as usize);
            if is_end || page.len() == limit as usize {
                return Ok(page);
            }
            after = last;
        }
    }

    async fn open_into(
        &self,
        page: &mut Page,
        effective: &Effective,
        subject: &Subject,
        keys: &[KeyBinding],
        purpose: &str,
        record: Record,
    ) -> Result<(), GateError> {
        let fields: Vec<&str> = record.fields.iter().map(|field| field.name.as_str()).collect();
        let ask = Ask {
            subject,
            record_type: &record.record_type,
            fields: &fields,
            purpose,
            collected_for: Some(&record.metadata.collected_for),
            objections: &record.metadata.objections,
            recipient: None,
        };
        let judgement = self.judge(effective, &ask)?;
        let fields = match judgement.permit {
            None => domain::Personal::new(super::Fields::new()),
            Some(permit) => {
                let key = self.class_key(subject, keys, &record.class).await?;
                page.categories.extend_from_slice(permit.categories());
                let fields = open_fields(&key, &record, &permit)?;
                // What it expects is what the page expects: the same policies and the same subject.
                drop(permit.spend());
                fields
            }
        };
        page.expects.push(metadata_stands(&record));
        let entry = EntryId { bundle: 0, position: 0 };
        let withheld = withheld(judgement.withheld);
        page.records.push(OpenedRecord { record: without_fields(record), fields, withheld, entry });
        Ok(())
    }
}
