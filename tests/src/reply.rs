//! Replies, and what every refusal must look like.

use serde_json::Value;

/// A reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Reads a whole reply; none when it was broken off.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?.to_owned();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let rest = &bytes[end + 4..];
        let mut reply = Self { status, head, body: Vec::new() };
        reply.body = if reply.header("transfer-encoding") == Some("chunked") {
            unchunk(rest)?
        } else {
            let length = reply.header("content-length").map_or(Some(0), |text| text.parse().ok())?;
            rest.get(..length)?.to_vec()
        };
        Some(reply)
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Everything that came back, head and body, as text: to look for what must not be in it.
    pub fn everything(&self) -> String {
        format!("{}\n\n{}", self.head, self.text())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// It is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    /// The body as lines of JSON.
    ///
    /// # Panics
    /// One of them is none.
    pub fn lines(&self) -> Vec<Value> {
        let text = self.text();
        text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }

    /// The JSON body of a reply that must have this status.
    ///
    /// # Panics
    /// It has another.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.everything());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem document of a refusal that must have this status and type.
    ///
    /// # Panics
    /// It has another status or type, or is no problem document (RFC 9457).
    #[track_caller]
    pub fn problem(&self, status: u16, kind: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.everything());
        assert_eq!(problem["type"], format!("/problems/{kind}"), "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        let is_text = |member: &str| problem[member].as_str().is_some_and(|text| !text.is_empty());
        assert!(is_text("title") && is_text("detail"), "a problem says what and what to do: {problem}");
        problem
    }

    /// That this is what a server says that cannot just now: it must name the seconds to wait.
    ///
    /// # Panics
    /// It is something else.
    #[track_caller]
    pub fn tells_to_come_back(&self) {
        self.problem(503, "unavailable");
        let seconds = self.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
        assert!(seconds.is_some_and(|seconds| seconds > 0), "{}", self.everything());
    }
}

/// The content of a chunked body (RFC 9112, section 7.1); none when it was broken off.
fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        rest = rest.get(end + 2..)?;
        if size == 0 {
            return Some(content);
        }
        content.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}
