//! When the next assessment is due: with the start of the server, then as often as the policy says.

use domain::calendar;
use gate::GateError;
use jiff::{Span, Timestamp};

use super::Assessment;
use crate::Service;

impl Service {
    /// Assesses when it is due. The first time a server asks, it always is: what was found before it started says
    /// nothing about it.
    ///
    /// # Errors
    /// The system cannot be examined.
    pub(crate) async fn assess_when_due(&self) -> Result<(), GateError> {
        let is_first = self.latest_assessment().is_none();
        self.recall_assessment().await?;
        let latest = self.latest_assessment().filter(|_| !is_first);
        if is_due(latest.as_ref(), self.assessment_interval()?, self.now()) {
            let assessment = self.assess().await?;
            tracing::info!(headline = assessment.headline(), "every promise was checked");
        }
        Ok(())
    }

    /// The time between two assessments that the operator's policy declares.
    fn assessment_interval(&self) -> Result<Option<Span>, GateError> {
        let effective = self.gate().policy(self.gate().operator()?.id)?;
        let declared = effective.operator.policy.document().assessment.as_ref();
        Ok(declared.map(|assessment| *assessment.get_ref().every.get_ref()))
    }
}

fn is_due(latest: Option<&Assessment>, every: Option<Span>, now: Timestamp) -> bool {
    let Some(latest) = latest else { return true };
    // Without an interval, or with one beyond the calendar, the first one is the only one.
    every.and_then(|every| calendar::after(latest.at, every)).is_some_and(|next| next <= now)
}

#[cfg(test)]
mod tests {
    use domain::AssessmentId;

    use super::*;

    #[test]
    fn an_assessment_is_due_at_the_start_and_then_after_the_interval() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let latest = Assessment {
            id: AssessmentId::from_bytes([1; 16]),
            at: at("2026-01-31T00:00:00Z"),
            findings: Vec::new(),
        };
        let quarter = Some(Span::new().months(3));
        assert!(is_due(None, quarter, latest.at));
        assert!(!is_due(Some(&latest), quarter, at("2026-04-29T00:00:00Z")));
        assert!(is_due(Some(&latest), quarter, at("2026-04-30T00:00:00Z")));
        assert!(!is_due(Some(&latest), None, at("2030-01-01T00:00:00Z")));
    }
}
