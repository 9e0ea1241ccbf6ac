//! What the demonstration tells about itself: one line for programs, a few for people, and a file with the keys.

use std::{net::SocketAddr, path::Path};

use serde_json::{Map, Value, json};

use super::{console, load::Loaded};

/// Where the demonstration is and how to get in.
pub(super) fn object(address: SocketAddr, data: &Path, loaded: &Loaded) -> Value {
    let client_keys: Map<String, Value> =
        loaded.client_keys.iter().map(|(account, key)| (account.to_string(), json!(key))).collect();
    let ada = json!({ "id": loaded.ada.subject, "account": loaded.operator, "role": "client" });
    let known = loaded
        .subjects
        .iter()
        .map(|known| json!({ "id": known.subject, "account": known.account, "role": known.role }));
    json!({
        "url": format!("http://{address}"),
        "data": data,
        "operator_key": loaded.operator_key,
        "client_keys": client_keys,
        "staff": console::staff(),
        "members": console::members(),
        "subjects": std::iter::once(ada).chain(known).collect::<Vec<_>>(),
    })
}

/// The configuration with which `bailee serve` opens the directory later.
pub(super) fn configuration(address: SocketAddr) -> String {
    format!(
        "# Opens what `bailee demo` made: bailee serve --config bailee.toml\n\
         listen = \"{address}\"\n\
         data = \".\"\n\n\
         [root_key]\nfile = \"root.key\"\n"
    )
}

/// Where to look, for people.
pub(super) fn guide(address: SocketAddr, keys: &Path) -> String {
    let url = format!("http://{address}");
    format!(
        "\n  Where to look\n\n\
         \x20   {url}/                  thirty promises, and what keeps each\n\
         \x20   {url}/policy            the policy that is enforced\n\
         \x20   {url}/sign-in           the console, one click a role\n\
         \x20   {url}/privacy           the privacy center, as Ada\n\
         \x20   {url}/v1/openapi.json   the API\n\
         \x20   {url}/audit/checkpoint  the signed audit log\n\n\
         \x20   keys   {}\n\n\
         \x20   Let a year pass:\n\
         \x20   curl {url}/demo/advance -H \"Authorization: Bearer $KEY\" --json '{{\"by\": \"P1Y\"}}'\n\n\
         \x20   Ctrl-C ends it.",
        keys.display()
    )
}
