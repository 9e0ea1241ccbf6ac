//! Lines in JSON, as Caddy, Traefik and nginx write them, under the names that the fields have there.

use domain::Personal;
use serde_json::Value;

use super::{Bad, Line, request, said, status, time};

/// How the fields of a line are called: of each the names that are tried, in this order. Dots lead into objects, and of a list
/// its first value counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// When.
    pub time: Vec<String>,
    /// The address that asked.
    pub address: Vec<String>,
    /// The method.
    pub method: Vec<String>,
    /// The path with its query.
    pub target: Vec<String>,
    /// Method and path in one, as nginx has them.
    pub request: Vec<String>,
    /// The status of the answer.
    pub status: Vec<String>,
    /// The user agent.
    pub agent: Vec<String>,
    /// The page that led there.
    pub referrer: Vec<String>,
    /// The host that was asked.
    pub host: Vec<String>,
}

impl Default for Names {
    fn default() -> Self {
        let names = |names: &str| names.split(' ').map(str::to_owned).collect();
        Self {
            time: names("ts time_iso8601 time_local StartUTC time @timestamp timestamp msec"),
            address: names(
                "request.client_ip request.remote_ip remote_addr client_ip remote_ip ClientHost clientip address ip",
            ),
            method: names("request.method request_method RequestMethod method"),
            target: names("request.uri request_uri RequestPath uri path target"),
            request: names("request request_line"),
            status: names("status DownstreamStatus response status_code code"),
            agent: names(
                "request.headers.User-Agent http_user_agent user_agent request_User-Agent agent userAgent",
            ),
            referrer: names(
                "request.headers.Referer http_referer referer request_Referer http_referrer referrer",
            ),
            host: names("request.host http_host RequestHost host vhost server_name"),
        }
    }
}

/// Reads a line.
pub(super) fn read(line: &str, names: &Names) -> Result<Line, Bad> {
    let line: Value = serde_json::from_str(line).map_err(|_| Bad::Form)?;
    let find = |names: &[String]| names.iter().find_map(|name| word(&line, name));
    let asked = find(&names.request).unwrap_or_default();
    let mut words = asked.split(' ').map(str::to_owned);
    let method = find(&names.method).or_else(|| words.next()).unwrap_or_default();
    let target =
        find(&names.target).or_else(|| asked.split(' ').nth(1).map(str::to_owned)).unwrap_or_default();
    let (method, target) = request(&method, &target)?;
    let address = find(&names.address).and_then(|address| address.parse().ok()).ok_or(Bad::Address)?;
    let host = find(&names.host).map(|host| without_port(&host).to_owned());
    Ok(Line {
        at: time(&find(&names.time).unwrap_or_default())?,
        address: Personal::new(address),
        agent: Personal::new(find(&names.agent).unwrap_or_default()),
        method,
        status: status(&find(&names.status).unwrap_or_default())?,
        host,
        target,
        referrer: find(&names.referrer).map(Personal::new),
    })
}

/// What a field says, if it says a word or a number.
fn word(line: &Value, name: &str) -> Option<String> {
    let inner = || name.split('.').try_fold(line, |value, name| value.get(name));
    let value = line.get(name).or_else(inner)?;
    let value = value.as_array().map_or(Some(value), |list| list.first())?;
    match value {
        Value::String(text) => said(text).map(str::to_owned),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn without_port(host: &str) -> &str {
    let is_port = |(_, port): &(&str, &str)| port.bytes().all(|byte| byte.is_ascii_digit());
    host.rsplit_once(':').filter(is_port).map_or(host, |(host, _)| host)
}
