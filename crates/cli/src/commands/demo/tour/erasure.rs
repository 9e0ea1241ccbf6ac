//! Ada is erased, her certificate shown, and every file searched for her.

use std::{path::Path, time::Duration};

use anyhow::ensure;
use hyper::StatusCode;
use serde_json::{Value, json};

use super::{Style, Tour, expect_status, reading::text, screen::thousands, search::search};
use crate::commands::demo::load::ADA_EMAIL;

/// How often, and how many times, the tour looks whether the rows are purged and the proof is there.
const GLANCE: Duration = Duration::from_millis(100);
const GLANCES: u32 = 100;
/// A text that the data directory does hold: it shows that the search finds what is there.
const CONTROL: &str = "influxis privacy policy";

impl Tour {
    pub(super) async fn erase_ada(&self) -> anyhow::Result<()> {
        self.screen.scene(5, "Ada asks to be erased.").await;
        self.screen.command("curl -X POST $URL/v1/subjects/$ADA/erasure").await;
        let answer = self.client.post_json(&format!("/v1/subjects/{}/erasure", self.ada), &json!({})).await?;
        expect_status(&answer, StatusCode::OK)?;
        let erasure = self.finished(text(&answer.json()["id"])).await?;
        let certificate = &erasure["certificate"];
        self.screen.show_after("✓ 200", Style::Good, "erased; her certificate:").await;
        let keys = format!("{} destroyed", certificate["keys_destroyed"]);
        self.screen.fact("keys", &keys).await;
        self.screen.fact("inaccessible", &moment(&certificate["inaccessible_at"])).await;
        self.screen.fact("shredded", &moment(&certificate["shredded_at"])).await;
        self.screen.fact("purged", &moment(&erasure["purged_at"])).await;
        self.screen.fact("irrecoverable", &format!("by {}", moment(&certificate["irrecoverable_by"]))).await;
        for kept in certificate["kept"].as_array().into_iter().flatten() {
            self.screen.fact("kept", &kept_line(kept)).await;
        }
        self.screen.fact("proof", &format!("audit log, {}", text(&certificate["entry"]))).await;
        Ok(())
    }

    /// The erasure once its rows are purged and its certificate is in the log.
    async fn finished(&self, id: &str) -> anyhow::Result<Value> {
        for _ in 0..GLANCES {
            let erasure = self.client.get(&format!("/v1/erasures/{id}")).await?.json();
            if erasure["state"] == "purged" {
                return Ok(erasure);
            }
            tokio::time::sleep(GLANCE).await;
        }
        anyhow::bail!("the erasure was not finished in time")
    }

    pub(super) async fn search_every_file(&self) -> anyhow::Result<()> {
        self.screen.scene(6, "Every file is searched for her address.").await;
        self.screen.command(&format!("grep -ril {ADA_EMAIL} {}", nearby(&self.data).display())).await;
        let (her, control) = (search(&self.data, ADA_EMAIL)?, search(&self.data, CONTROL)?);
        ensure!(her.found == 0, "the address is in {} of {} files", her.found, her.files);
        ensure!(control.found > 0, "the search does not find what is there");
        let found = format!("found in 0 of {} files, {} bytes read", her.files, thousands(her.bytes));
        self.screen.show_after("✓", Style::Good, &found).await;
        let control = format!("to be sure: the same search finds “{CONTROL}” in {} of them", control.found);
        self.screen.show_after(" ", Style::Quiet, &control).await;
        Ok(())
    }
}

/// A path as someone standing here would write it.
fn nearby(path: &Path) -> &Path {
    let here = std::env::current_dir().ok();
    here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path)
}

fn kept_line(kept: &Value) -> String {
    format!(
        "{} × {}, until {}: {}",
        kept["records"],
        text(&kept["record_type"]),
        text(&kept["until"]).get(..10).unwrap_or("a review"),
        text(&kept["ground"])
    )
}

/// A time to the second, as a person reads it.
fn moment(time: &Value) -> String {
    text(time).get(..19).map_or_else(String::new, |time| format!("{} UTC", time.replace('T', " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_readable() {
        assert_eq!(moment(&json!("2026-11-24T03:01:09.123456Z")), "2026-11-24 03:01:09 UTC");
        assert_eq!(moment(&Value::Null), "");
    }
}
