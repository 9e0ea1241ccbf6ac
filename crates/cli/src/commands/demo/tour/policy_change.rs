//! One line of the policy is changed, and the same question has another answer.

use anyhow::Context;
use hyper::StatusCode;
use jiff::civil::Date;
use policy::Policy;

use super::{Style, Tour, expect_status};
use crate::commands::demo::POLICY;

/// The table of the policy that declares support messages, and the line in it that lists what support messages may be used for.
const TABLE: &str = "[records.support_message]";
const BEFORE: &str = "purposes = [\"support\", \"requests\"]";
const AFTER: &str = "purposes = [\"support\", \"requests\", \"marketing\"]";

impl Tour {
    pub(super) async fn change_one_line(&self) -> anyhow::Result<()> {
        self.screen.scene(3, "One line of the policy is changed.").await;
        self.screen.show_after(" ", Style::Quiet, TABLE).await;
        self.screen.show_after("-", Style::Bad, BEFORE).await;
        self.screen.show_after("+", Style::Good, AFTER).await;
        let changed = changed_policy().context("the policy has no such line")?;
        self.screen.command("bailee policy diff before.toml after.toml").await;
        for sentence in newly_permitted(&changed)? {
            self.screen.show_after("+", Style::Marked, &sentence).await;
        }
        self.client.post_policy(&changed).await?;
        let answer = self.read_message("marketing").await?;
        expect_status(&answer, StatusCode::OK)?;
        self.screen.show_after("✓ 200", Style::Good, "the policy is the program: the answer flips").await;
        self.client.post_policy(POLICY).await?;
        let answer = self.read_message("marketing").await?;
        expect_status(&answer, StatusCode::FORBIDDEN)?;
        self.screen.show_after("✗ 403", Style::Bad, "the first version is published again").await;
        Ok(())
    }
}

/// The reference policy with the one line changed.
fn changed_policy() -> Option<String> {
    let start = POLICY.find(TABLE)?;
    let (head, rest) = POLICY.split_at(start);
    rest.contains(BEFORE).then(|| format!("{head}{}", rest.replacen(BEFORE, AFTER, 1)))
}

/// What the changed policy permits that the reference policy did not, in sentences.
fn newly_permitted(changed: &str) -> anyhow::Result<Vec<String>> {
    let compile = |source: &str| {
        let compiled = Policy::compile(source, POLICY_DAY, None);
        compiled.map_err(|found| anyhow::anyhow!("the policy has {} errors", found.len()))
    };
    let diff = policy::diff(&compile(POLICY)?, &compile(changed)?);
    Ok(diff.newly_permitted.into_iter().map(|change| change.sentence).collect())
}

/// A day on which every agreement of the reference policy is in force.
const POLICY_DAY: Date = Date::constant(2026, 7, 1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_change_permits_marketing_and_nothing_else() {
        let sentences = newly_permitted(&changed_policy().unwrap()).unwrap();
        assert_eq!(sentences.len(), 1, "{sentences:?}");
        assert!(sentences[0].contains("support messages"), "{sentences:?}");
    }
}
