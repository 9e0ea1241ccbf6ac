//! Somebody with a browser: cookies are kept and sent, forms are filled in, and each carries what its page gave it.

use crate::{Address, Call, Reply};

/// A browser at one server.
#[derive(Debug, Clone)]
pub struct Browser {
    address: Address,
    /// The name and the value of the one cookie there is.
    cookie: Option<(String, String)>,
    /// What the forms of the page that was shown last carry.
    form_token: String,
}

impl Browser {
    /// A fresh one.
    pub const fn new(address: Address) -> Self {
        Self { address, cookie: None, form_token: String::new() }
    }

    /// The cookie that it keeps, as it is sent.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.as_ref().map(|(name, value)| format!("{name}={value}"))
    }

    /// What the forms of the page that was shown last carry.
    pub fn form_token(&self) -> &str {
        &self.form_token
    }

    /// Opens a page.
    pub fn open(&mut self, target: &str) -> Reply {
        let call = self.call("GET", target);
        let reply = self.take(call.send());
        let text = reply.text();
        let token = text.split("name=\"form_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        self.form_token = token.unwrap_or_default().to_owned();
        reply
    }

    /// Sends a form of the page that was opened last.
    pub fn send(&mut self, target: &str, fields: &[(&str, &str)]) -> Reply {
        let token = self.form_token.clone();
        let mut all = vec![("form_token", token.as_str())];
        all.extend(fields);
        self.send_exactly(target, &all)
    }

    /// Sends these fields and no others.
    pub fn send_exactly(&mut self, target: &str, fields: &[(&str, &str)]) -> Reply {
        let call = self.form(target, fields);
        self.take(call.send())
    }

    /// Sends a form of the page that was opened last, and says of which origin that was.
    pub fn send_from(&mut self, origin: &str, target: &str, fields: &[(&str, &str)]) -> Reply {
        let token = self.form_token.clone();
        let token = ("form_token", token.as_str());
        let all: Vec<_> =
            (!token.1.is_empty()).then_some(token).into_iter().chain(fields.iter().copied()).collect();
        let call = self.form(target, &all).header("Origin", origin);
        self.take(call.send())
    }

    /// A form on its way, to which headers can be added.
    pub fn form(&self, target: &str, fields: &[(&str, &str)]) -> Call {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.call("POST", target).body("application/x-www-form-urlencoded", pairs.join("&"))
    }

    /// Sends a form of the page that was opened last, with a file beside its fields.
    pub fn send_file(&mut self, target: &str, (name, content): (&str, &str)) -> Reply {
        let part = |name: &str, more: &str, content: &str| {
            format!("--between\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{content}\r\n")
        };
        let token = part("form_token", "", &self.form_token);
        let file = part(name, "; filename=\"given.json\"\r\nContent-Type: application/json", content);
        let body = format!("{token}{file}--between--\r\n");
        let call = self.call("POST", target).body("multipart/form-data; boundary=between", body);
        self.take(call.send())
    }

    /// Signs in; what came back.
    pub fn sign_in(&mut self, email: &str, password: &str) -> Reply {
        self.send_exactly("/sign-in", &[("email", email), ("password", password)])
    }

    fn call(&self, method: &str, target: &str) -> Call {
        let call = Call::new(&self.address, method, target).header("User-Agent", "Firefox/141.0");
        match self.cookie() {
            Some(cookie) => call.header("Cookie", cookie),
            None => call,
        }
    }

    fn take(&mut self, reply: Reply) -> Reply {
        if let Some(set) = reply.header("set-cookie") {
            let pair = set.split(';').next().and_then(|pair| pair.split_once('='));
            let kept = pair.filter(|_| !set.contains("Max-Age=0"));
            self.cookie = kept.map(|(name, value)| (name.to_owned(), value.to_owned()));
        }
        reply
    }
}

/// As a form is encoded: whatever is no letter or digit by its number.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}
