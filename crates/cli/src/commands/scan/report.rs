//! What a scan found, for people.

use std::collections::BTreeSet;

use comfy_table::{Cell, Color, ContentArrangement, Table};
use scan::{Cookie, Fault, Found, Pass};

use crate::output;

pub(super) fn print(found: &Found, faults: Option<&[Fault]>) {
    if !found.cookies.is_empty() {
        let mut table = table(["cookie", "of", "lives", "flags", "seen"]);
        for cookie in &found.cookies {
            table.add_row(of_cookie(cookie, &found.passes));
        }
        output::line(table.to_string());
    }
    if !found.stored.is_empty() {
        let mut table = table(["stored", "in", "first on", "", "seen"]);
        for stored in &found.stored {
            let seen = passes(&stored.passes, &found.passes);
            table.add_row([&stored.name, stored.kind.label(), &stored.first_seen, "", &seen]);
        }
        output::line(table.to_string());
    }
    if !found.third_parties.is_empty() {
        let mut table = table(["asked besides", "requests", "first on", "", "seen"]);
        for asked in &found.third_parties {
            let (requests, seen) = (asked.requests.to_string(), passes(&asked.passes, &found.passes));
            table.add_row([asked.host.as_str(), &requests, &asked.first_seen, "", &seen]);
        }
        output::line(table.to_string());
    }
    for fault in faults.unwrap_or_default() {
        output::line(format!("{} {}", output::painted("1;31", fault.reason.label()), fault.text));
    }
    output::line(sum(found, faults));
}

fn sum(found: &Found, faults: Option<&[Fault]>) -> String {
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let (pages, cookies) = (counted(found.pages.len(), "page"), counted(found.cookies.len(), "cookie"));
    let (stored, asked) = (found.stored.len(), counted(found.third_parties.len(), "other host"));
    let found = format!("{pages}: {cookies}, {stored} stored besides, {asked}");
    match faults {
        None => format!("{found}; no policy was named to compare with"),
        Some([]) => format!("{found}; all as the policy says"),
        Some(faults) => format!("{found}; {} not as the policy says", counted(faults.len(), "thing")),
    }
}

fn table(header: [&str; 5]) -> Table {
    let mut table = Table::new();
    table
        .load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    table
}

fn of_cookie(cookie: &Cookie, made: &[Pass]) -> [Cell; 5] {
    let flags = [("HttpOnly", cookie.http_only), ("Secure", cookie.secure)];
    let mut flags: Vec<&str> =
        flags.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect();
    flags.extend(cookie.same_site.as_deref());
    let lives = cookie.seconds.map_or_else(|| "until closed".to_owned(), lives);
    let name = Cell::new(&cookie.name);
    [
        if output::colour() { name.fg(Color::Cyan) } else { name },
        Cell::new(format!("{}{}", cookie.domain, cookie.path)),
        Cell::new(lives),
        Cell::new(flags.join(" ")),
        Cell::new(passes(&cookie.passes, made)),
    ]
}

fn lives(seconds: i64) -> String {
    const HOUR: i64 = 60 * 60;
    match seconds {
        ..HOUR => format!("{} min", seconds / 60),
        _ if seconds < 48 * HOUR => format!("{} h", seconds / HOUR),
        _ => format!("{} days", seconds / (24 * HOUR)),
    }
}

/// In which passes something was seen.
fn passes(seen: &BTreeSet<Pass>, made: &[Pass]) -> String {
    if made.iter().all(|pass| seen.contains(pass)) {
        return "always".to_owned();
    }
    let seen: Vec<&str> = seen.iter().map(|pass| pass.label()).collect();
    seen.join(", ")
}
