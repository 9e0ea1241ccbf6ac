//! What comes in of visits, read and cleaned before anything is decided: pages, beacons, logs of web servers, agents. Pure: what
//! is read is handed in, and neither clock nor network is asked.

mod access_log;
mod agent;
mod beacon;
mod clean;
mod country;
mod page;
mod payload;
mod reading;
mod scripts;
mod source;

pub use access_log::{Bad, Line, Lines, Names};
pub use agent::{Agent, Agents};
pub use country::{Places, Unreadable};
pub use page::Page;
pub use reading::{LONGEST_MESSAGE, Reading};
pub use scripts::{CHOICES, ITEMS, PIXEL, SCRIPT};
pub use source::source;
