//! Visits, as they are.

use std::{collections::HashMap, ops::Range};

use async_trait::async_trait;
use domain::visit::{Period, Site, Visitor};
use store::{
    Visits,
    visits::{Dropped, HitRow, StretchRow, TallyRow, VisitDay, VisitRow},
};

use super::{FaultyStore, Read};

#[async_trait]
impl Visits for FaultyStore {
    async fn quiet(&self, before: jiff::Timestamp, limit: u32) -> Read<Vec<(Site, Visitor)>> {
        self.inner.quiet(before, limit).await
    }
    async fn hits(&self, site: &Site, of: Option<Visitor>) -> Read<Vec<HitRow>> {
        self.inner.hits(site, of).await
    }
    async fn recognised(&self, site: &Site) -> Read<Vec<u64>> {
        self.inner.recognised(site).await
    }
    async fn ordinals_of_open(&self, site: &Site) -> Read<HashMap<u64, u32>> {
        self.inner.ordinals_of_open(site).await
    }
    async fn visits(&self, site: &Site, day: i32) -> Read<Vec<VisitRow>> {
        self.inner.visits(site, day).await
    }
    async fn visit_days(&self, site: &Site, period: Period) -> Read<Vec<VisitDay>> {
        self.inner.visit_days(site, period).await
    }
    async fn untallied(&self, before: i32, limit: u32) -> Read<Vec<(Site, VisitDay)>> {
        self.inner.untallied(before, limit).await
    }
    async fn tallies(&self, site: &Site, period: Period, dimensions: &[&str]) -> Read<Vec<TallyRow>> {
        self.inner.tallies(site, period, dimensions).await
    }
    async fn stretches(
        &self,
        site: &Site,
        stretches: Range<i32>,
        dimensions: &[&str],
    ) -> Read<Vec<StretchRow>> {
        self.inner.stretches(site, stretches, dimensions).await
    }
    async fn dropped(&self, site: &Site, period: Period) -> Read<Vec<Dropped>> {
        self.inner.dropped(site, period).await
    }
}
