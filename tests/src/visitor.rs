//! A browser on the site of the reference policy, as its scripts speak with the server.

use serde_json::{Value, json};

use crate::{Address, Call, Reply};

/// What a real browser calls itself.
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
/// The site.
pub const SITE: &str = "https://www.influxis.com";

/// A browser on the site.
pub struct SiteVisitor {
    address: Address,
    /// The cookie that recognises it, once it agreed.
    pub cookie: Option<String>,
    /// Whether it says that its user does not want to be followed.
    pub refuses: bool,
}

impl SiteVisitor {
    /// One that has not been there before.
    pub fn at(address: &Address) -> Self {
        Self { address: address.clone(), cookie: None, refuses: false }
    }

    /// What a page of the site sends.
    pub fn call(&self, method: &str, target: &str) -> Call {
        let mut call = Call::new(&self.address, method, target);
        call = call.header("user-agent", FIREFOX).header("origin", SITE);
        if self.refuses {
            call = call.header("sec-gpc", "1");
        }
        match &self.cookie {
            Some(cookie) => call.header("cookie", cookie.clone()),
            None => call,
        }
    }

    /// What a script sends.
    pub fn tells(&self, target: &str, body: &Value) -> Reply {
        self.call("POST", target).body("text/plain", body.to_string()).send()
    }

    /// Opens a page.
    pub fn opens(&self, view: u64, path: &str) -> Reply {
        let page =
            json!({ "s": "website", "v": format!("{view:016x}"), "k": "page", "u": format!("{SITE}{path}") });
        self.tells("/collect", &page)
    }

    /// Says yes or no to purposes on the notice.
    ///
    /// # Panics
    /// The server does not take it.
    pub fn says(&mut self, said: &[(&str, bool)]) {
        let notice = self.call("GET", "/collect/notice?s=website&l=en").send().expect(200);
        let choices: serde_json::Map<String, Value> =
            said.iter().map(|(name, is_yes)| ((*name).to_owned(), json!(is_yes))).collect();
        let version = &notice["version"];
        let said = json!({ "s": "website", "version": version, "language": "en", "choices": choices });
        let reply = self.tells("/collect/choices", &said);
        assert_eq!(reply.status, 204, "{}", reply.text());
        if let Some(set) = reply.header("set-cookie") {
            let value = set.split(';').next().unwrap_or_default().to_owned();
            self.cookie = Some(value).filter(|value| !value.ends_with('='));
        }
    }

    /// What the page hands to its own server to say who is meant; none where that is nobody.
    pub fn token(&self) -> Option<String> {
        let reply = self.tells("/collect/visitor", &json!({ "s": "website" }));
        (reply.status == 200).then(|| reply.json()["visitor"].as_str().unwrap_or_default().to_owned())
    }
}
