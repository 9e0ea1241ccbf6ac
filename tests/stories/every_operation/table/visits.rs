//! What is counted of visits and what they serve besides, of the operator's site; and the log of addresses.

use serde_json::json;
use stories::{Actor, SiteVisitor};

use super::Row;

/// A person and a browser that may be tied, and another two that are.
pub(in crate::every_operation) struct Visits {
    person: String,
    visitor: String,
    link: String,
    /// A browser for which something may be picked.
    tailored: String,
}

impl Visits {
    pub(super) fn of(operator: &Actor) -> Self {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let pair = || {
            let mut browser = SiteVisitor::at(operator.address());
            browser.says(&[("statistics", true), ("linking", true)]);
            let person = operator.post("/v1/subjects", &json!({ "role": "client" })).send().expect(201);
            let person = text(&person["id"]);
            let said = json!({ "state": "granted", "method": "click", "text": "May we tie them?" });
            operator
                .put(&format!("/v1/subjects/{person}/choices/purposes.linking"), &said)
                .send()
                .expect(200);
            (person, browser.token().unwrap_or_default())
        };
        let (tied, by) = pair();
        let body = json!({ "subject": tied, "visitor": by });
        let link = operator.post("/v1/sites/website/links", &body).send().expect(201);
        let (person, visitor) = pair();
        let mut browser = SiteVisitor::at(operator.address());
        browser.says(&[("statistics", true), ("tailoring", true)]);
        let cookie = browser.cookie.unwrap_or_default();
        let tailored = cookie.split_once('=').map(|(_, value)| value.to_owned()).unwrap_or_default();
        operator.put("/v1/sites/website/items/spring", &item()).send().expect(200);
        Self { person, visitor, link: text(&link["id"]), tailored }
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let body = json!({ "subject": self.person, "visitor": self.visitor });
        let ask = json!({ "site": "website", "slot": "top", "visitor": self.tailored });
        let (items, spring) = ("/v1/sites/website/items", "/v1/sites/website/items/spring");
        let of_person = |what: &str| format!("/v1/subjects/{}/{what}?purpose=linking", self.person);
        vec![
            Row::new("readSiteStats", "data:read", "GET", "/v1/sites/website/stats").operators(),
            Row::new("linkVisitor", "data:write", "POST", "/v1/sites/website/links").with(&body).operators(),
            Row::new("listLinks", "data:read", "GET", &of_person("links")).operators(),
            Row::new("listLinkedVisits", "data:read", "GET", &of_person("visits")).operators(),
            Row::new("listItems", "data:read", "GET", items).operators(),
            Row::new("readItem", "data:read", "GET", spring).operators(),
            Row::new("putItem", "data:write", "PUT", spring).with(&item()).operators(),
            Row::new("removeItem", "data:write", "DELETE", spring).operators(),
            Row::new("nextItem", "data:write", "POST", "/v1/next-item").with(&ask).operators(),
            Row::new("addAccessLines", "access_log:write", "POST", "/v1/access-log")
                .with(&json!({ "lines": [] })),
            Row::new(
                "lookupAddress",
                "access_log:read",
                "POST",
                "/v1/access-log/lookup?purpose=fraud_prevention",
            )
            .with(&json!({ "address": "192.0.2.7" })),
            Row::new("endLink", "data:erase", "DELETE", &format!("/v1/links/{}", self.link)).operators(),
        ]
    }
}

fn item() -> serde_json::Value {
    json!({ "slot": "top", "cap": { "times": 20, "hours": 1 } })
}
