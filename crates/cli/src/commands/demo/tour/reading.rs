//! Reading for a purpose: permitted, refused, and refused before it is stored.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{Style, Tour, expect_status};

/// A card number that every payment test uses; it belongs to no one.
const CARD_NUMBER: &str = "4111 1111 1111 1111";

impl Tour {
    pub(super) async fn read_for_support(&self) -> anyhow::Result<()> {
        self.screen.scene(1, "Ada wrote to support. Support reads her message.").await;
        let answer = self.read_message("support").await?;
        expect_status(&answer, StatusCode::OK)?;
        self.screen.show_after("✓ 200", Style::Good, "permitted, and on the record").await;
        let record = answer.json();
        self.screen.show_after("│", Style::Plain, text(&record["fields"]["body"])).await;
        Ok(())
    }

    pub(super) async fn read_for_marketing(&self) -> anyhow::Result<()> {
        self.screen.scene(2, "Marketing asks for the same message.").await;
        let answer = self.read_message("marketing").await?;
        expect_status(&answer, StatusCode::FORBIDDEN)?;
        let problem = answer.json();
        let clause = &problem["clause"];
        self.screen
            .show_after("✗ 403", Style::Bad, &format!("refused by section {clause} of the policy:"))
            .await;
        self.screen.show_after("│", Style::Marked, text(&problem["sentence"])).await;
        let why = format!("promise `{}`; entry {}", text(&problem["promise"]), text(&problem["entry"]));
        self.screen.show_after("│", Style::Quiet, &why).await;
        Ok(())
    }

    pub(super) async fn send_a_card_number(&self) -> anyhow::Result<()> {
        self.screen.scene(4, "Someone pastes a card number into a message.").await;
        let body = json!({ "fields": { "body": format!("Please charge {CARD_NUMBER}.") } });
        self.screen.command("curl $URL/v1/subjects/$ADA/records/support_message?purpose=support \\").await;
        self.screen.show_after("      ", Style::Command, &format!("--json '{body}'")).await;
        let path = format!("/v1/subjects/{}/records/support_message?purpose=support", self.ada);
        let answer = self.client.post_json(&path, &body).await?;
        expect_status(&answer, StatusCode::UNPROCESSABLE_ENTITY)?;
        let problem = answer.json();
        self.screen.show_after("✗ 422", Style::Bad, "nothing was stored").await;
        for fault in problem["fields"].as_array().into_iter().flatten() {
            let line = format!("{}: {}", text(&fault["field"]), text(&fault["detail"]));
            self.screen.show_after("│", Style::Plain, &line).await;
        }
        Ok(())
    }
}

/// A text of an answer; empty when there is none.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
