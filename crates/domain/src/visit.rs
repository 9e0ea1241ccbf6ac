//! Visits: what is counted of those who look at a site, and how reports are made of it.

mod dimension;
mod hit;
mod publish;
mod report;
mod share;
mod stay;
mod sum;
mod tally;

pub use dimension::Dimension;
pub use hit::{ASSESSMENT, Campaign, Channel, Device, Drop, Hit, LONGEST, Site, Source, Surroundings, What};
pub use publish::publish;
pub use report::{Filter, Period, STRETCH, stretch_of};
pub use stay::{Deed, Kept, QUIET, View, Visit, Visitor, day_of};
pub use sum::Sum;
pub use tally::{Counted, Figures, Ordinals, Tally, Values};
