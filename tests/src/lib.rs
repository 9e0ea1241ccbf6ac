//! The black-box stories: what Bailee promises, told against the running server. This is what the stories share:
//! the server as a process, who calls it, and how its answers are read.

mod actor;
mod browser;
mod call;
mod canary;
mod certificates;
mod chance;
mod chromium;
mod engine;
mod identity_provider;
mod mail;
mod operations;
mod places;
mod published;
mod receiver;
mod reply;
mod server;
mod site;
mod visitor;
mod waiting;

pub use actor::{Actor, Profile};
pub use browser::Browser;
pub use call::{Call, exchange};
pub use canary::Canary;
pub use certificates::certificates;
pub use chance::Chance;
pub use chromium::Chromium;
pub use engine::Databases;
pub use identity_provider::IdentityProvider;
pub use mail::{MailServer, TakenMail};
pub use operations::{Operation, operations};
pub use places::places;
pub use published::{PublishedLog, proof_in, proof_of};
pub use receiver::{Answers, Delivered, Receiver};
pub use reply::Reply;
pub use server::{Address, Server, Setup, bailee, policy};
pub use site::{Page, Shows, Site};
pub use visitor::{SITE, SiteVisitor};
pub use waiting::{eventually, promptly};
