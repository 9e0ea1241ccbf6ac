//! Visits: what is counted of those who look at a site, and how reports are made of it.

mod dimension;
mod hit;
mod report;
mod stay;
mod tally;

pub use dimension::Dimension;
pub use hit::{ASSESSMENT, Campaign, Channel, Device, Drop, Hit, LONGEST, Site, Source, Surroundings, What};
pub use report::{Filter, Period};
pub use stay::{Deed, Kept, QUIET, View, Visit, Visitor, day_of};
pub use tally::{Figures, Numbers, Tally, Values};
