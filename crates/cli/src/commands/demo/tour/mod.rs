//! The tour: one person, Ada, and what the policy allows to happen to her message. Everything shown is what the
//! running server answers; an answer that is not the expected one ends the tour.

mod client;
mod erasure;
mod policy_change;
mod published_log;
mod reading;
mod screen;
mod search;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::ensure;
use hyper::StatusCode;

use self::{
    client::{Answer, Client},
    screen::{Screen, Style},
};
use super::load::Loaded;

/// The tour of one demonstration.
pub(super) struct Tour {
    client: Client,
    screen: Screen,
    /// The data directory, to be searched.
    data: PathBuf,
    /// Ada's id.
    ada: String,
    /// The id of her message to support.
    message: String,
}

impl Tour {
    pub(super) fn new(address: SocketAddr, loaded: &Loaded, data: &Path, fast: bool) -> Self {
        Self {
            client: Client::new(address, loaded.operator_key.clone()),
            screen: Screen::new(!fast),
            data: data.to_owned(),
            ada: loaded.ada.subject.to_string(),
            message: loaded.ada.message.to_string(),
        }
    }

    /// Runs from the first scene to the last.
    ///
    /// # Errors
    /// The server did not answer, or not as the policy says.
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        self.read_for_support().await?;
        self.read_for_marketing().await?;
        self.change_one_line().await?;
        self.send_a_card_number().await?;
        self.erase_ada().await?;
        self.search_every_file().await?;
        self.verify_the_log().await
    }

    /// Asks for Ada's message, as it is done from a shell.
    async fn read_message(&self, purpose: &str) -> anyhow::Result<Answer> {
        let id = shortened(&self.message);
        self.screen.command(&format!("curl $URL/v1/records/{id}?purpose={purpose}")).await;
        self.client.get(&format!("/v1/records/{}?purpose={purpose}", self.message)).await
    }
}

/// An id as it is shown; the middle of it says nothing to a reader.
fn shortened(id: &str) -> String {
    let end = id.len().saturating_sub(4);
    match (id.get(..12), id.get(end..)) {
        (Some(head), Some(tail)) if id.len() > 20 => format!("{head}…{tail}"),
        _ => id.to_owned(),
    }
}

fn expect_status(answer: &Answer, status: StatusCode) -> anyhow::Result<()> {
    ensure!(
        answer.status == status,
        "the server answered {} where {status} was expected: {}",
        answer.status,
        answer.json()["title"].as_str().unwrap_or("no reason given")
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_keeps_its_ends() {
        assert_eq!(shortened("sub_019aa1b2c3d48e5f8a7b6c5d4e3f2a1b"), "sub_019aa1b2…2a1b");
        assert_eq!(shortened("sub_01"), "sub_01");
    }
}
