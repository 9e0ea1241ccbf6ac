//! Visits: what is counted of those who look at a site, and how reports are made of it.

mod hit;

pub use hit::{Campaign, Channel, Device, Drop, Hit, LONGEST, Source, Surroundings, What};
