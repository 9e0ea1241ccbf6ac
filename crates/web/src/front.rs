//! The front page: a tile a promise.

use askama::Template;

/// The front page of an installation.
#[derive(Debug, Clone, Template)]
#[template(path = "front.html")]
pub struct FrontPage {
    /// Whose installation it is.
    pub operator: String,
    /// The version of the policy in force.
    pub policy_version: String,
    /// When the promises were last checked, in words; none before the first time.
    pub checked_at: Option<String>,
    /// Whether this is the demonstration, in which everyone is invited to break things.
    pub demonstration: bool,
    /// A tile a promise, in the order of the reference policy.
    pub tiles: Vec<Tile>,
}

/// One promise.
#[derive(Debug, Clone)]
pub struct Tile {
    /// The promise's id.
    pub id: &'static str,
    /// What it promises.
    pub sentence: &'static str,
    /// The section of the policy in force that makes it; none when no section does.
    pub section: Option<u16>,
    /// What enforces it; none while nothing does.
    pub enforced_by: Option<String>,
    /// Whether it is kept.
    pub status: Status,
    /// What the status rests on.
    pub evidence: Option<String>,
    /// A command line that tries to break it.
    pub try_to_break: Option<String>,
}

/// Whether a promise is kept, as far as anyone looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Checked, and as promised.
    Kept,
    /// Checked, and not as promised.
    Broken,
    /// A person vouches for it.
    Attested,
    /// Enforced, and not checked yet.
    Unchecked,
    /// Nothing enforces it yet.
    NotYet,
}

impl Status {
    /// The word on the tile.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::Attested => "attested",
            Self::Unchecked => "not checked yet",
            Self::NotYet => "not yet",
        }
    }

    /// The name of its class in the stylesheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::Attested => "attested",
            Self::Unchecked => "unchecked",
            Self::NotYet => "not-yet",
        }
    }
}

impl FrontPage {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that this context can cause; the template engine's signature has one.
    pub fn html(&self) -> Result<String, crate::RenderError> {
        self.render()
    }

    /// How many promises have a status.
    fn count(&self, status: Status) -> usize {
        self.tiles.iter().filter(|tile| tile.status == status).count()
    }

    fn kept(&self) -> usize {
        self.count(Status::Kept)
    }

    fn broken(&self) -> usize {
        self.count(Status::Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(id: &'static str, status: Status) -> Tile {
        Tile {
            id,
            sentence: "Data is used for the declared purposes.",
            section: Some(4),
            enforced_by: Some("the gate <decides>".to_owned()),
            status,
            evidence: Some("12 refusals".to_owned()),
            try_to_break: Some("curl \"$URL\" -d '{\"a\":1}'".to_owned()),
        }
    }

    fn page() -> FrontPage {
        FrontPage {
            operator: "Influxis".to_owned(),
            policy_version: "2018-05-25".to_owned(),
            checked_at: Some("2026-11-24 03:00 UTC".to_owned()),
            demonstration: true,
            tiles: vec![tile("purposes", Status::Kept), tile("visits", Status::NotYet)],
        }
    }

    #[test]
    fn the_headline_counts_what_is_kept() {
        let html = page().html().unwrap();
        assert!(html.contains("1 of 2 kept"), "{html}");
        assert!(!html.contains("broken:"), "{html}");
        let mut page = page();
        page.tiles.push(tile("roles", Status::Broken));
        let html = page.html().unwrap();
        assert!(html.contains("1 of 3 kept, 1 broken"), "{html}");
    }

    #[test]
    fn a_tile_says_everything_and_is_escaped() {
        let html = page().html().unwrap();
        for part in [
            "id=\"purposes\"",
            "Data is used for the declared purposes.",
            "href=\"/policy#section-4\"",
            "the gate &#60;decides&#62;",
            "12 refusals",
            "curl &#34;$URL&#34; -d &#39;{&#34;a&#34;:1}&#39;",
            "class=\"status kept\"",
            "class=\"status not-yet\"",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }

    #[test]
    fn nothing_is_loaded_but_the_stylesheet() {
        let html = page().html().unwrap();
        assert!(!html.contains("<script") && !html.contains("style=") && !html.contains(" src="), "{html}");
        assert_eq!(html.matches("<link").count(), 1);
        assert!(!crate::STYLESHEET.contains("url(") && !crate::STYLESHEET.contains("@import"));
    }
}
