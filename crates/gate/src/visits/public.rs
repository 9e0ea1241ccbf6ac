//! Figures for anybody: of whole months that are over, and of enough visitors, where the policy shows them at all.

use domain::visit::{Dimension, Figures, Filter, Period, Tally, Values, day_of, publish};
use policy::document::Name;

use super::{KnownSite, VisitQuestion};
use crate::{Caller, Gate, GateError};

/// What of a month anybody may see.
pub struct PublicFigures {
    /// Everything together; none of too few visitors.
    pub total: Option<Figures>,
    /// By value, for each dimension that is shown, those with the most visitors first.
    pub by: Vec<(Dimension, Vec<(String, Figures)>)>,
}

impl Gate {
    /// The figures of a month of a site that anybody may see. Months do not overlap, so that nothing is found by comparing two
    /// answers that differ in a day.
    ///
    /// # Errors
    /// The policy does not show figures of the site, the period is not over, or a store fails.
    pub async fn public_figures(&self, known: &KnownSite, month: Period) -> Result<PublicFigures, GateError> {
        let (public, minimum) = (known.declared.public.as_ref(), known.declared.minimum.as_ref());
        let (Some(public), Some(minimum)) = (public, minimum) else {
            return Err(GateError::NotFound("site"));
        };
        if month.until > day_of(self.now().as_second()) {
            return Err(GateError::Malformed("figures are shown of months that are over".to_owned()));
        }
        let dimension = |by: &Name| Dimension::named(by.get_ref());
        let by: Vec<Dimension> = public.iter().filter_map(dimension).collect();
        let asked = VisitQuestion { period: month, by: by.clone(), filter: Filter::default() };
        let caller = Caller::system(self.account(known.site.account).await?);
        let report = self.report(&caller, &known.site.name, &asked).await?;
        let minimum = u64::from(*minimum.get_ref());
        if report.totals.visitors() < minimum {
            return Ok(PublicFigures { total: None, by: Vec::new() });
        }
        let by = by.into_iter().map(|by| (by, shown(&report.by, by, minimum))).collect();
        Ok(PublicFigures { total: Some(report.totals), by })
    }
}

fn shown(by: &Tally, dimension: Dimension, minimum: u64) -> Vec<(String, Figures)> {
    let nothing = Values::new();
    let shown = publish(by.0.get(&dimension).unwrap_or(&nothing), minimum);
    shown.into_iter().map(|(value, figures)| (value.to_owned(), figures.clone())).collect()
}
