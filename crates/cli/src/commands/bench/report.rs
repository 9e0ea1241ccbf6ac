//! What a benchmark prints: a table for people, rows of one form for machines.

use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::engine::Engine;
use crate::output;

/// One comparison.
#[derive(Clone, Serialize)]
pub(super) struct Row {
    /// What was measured.
    pub(super) name: String,
    engine: &'static str,
    /// What Bailee did.
    pub(super) bailee: f64,
    /// What it is compared with.
    pub(super) peer: f64,
    /// What that is.
    pub(super) peer_name: String,
    /// The unit of both.
    pub(super) unit: &'static str,
    /// The first by the second.
    pub(super) ratio: f64,
    /// Whatever else was measured, by name.
    #[serde(flatten)]
    pub(super) more: Map<String, Value>,
}

impl Row {
    /// A comparison of an engine with a peer.
    pub(super) fn new(
        engine: Engine,
        name: String,
        unit: &'static str,
        bailee: f64,
        peer: f64,
        peer_name: &str,
    ) -> Self {
        let (engine, peer_name) = (engine.name(), peer_name.to_owned());
        Self { name, engine, bailee, peer, peer_name, unit, ratio: bailee / peer, more: Map::new() }
    }

    /// Adds a further figure.
    pub(super) fn with(mut self, name: &str, value: f64) -> Self {
        self.more.insert(name.to_owned(), json!(value));
        self
    }
}

/// A time, in milliseconds.
pub(super) fn milliseconds(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The middle of several figures.
pub(super) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// Prints the rows of a benchmark, each with the ratio that is aimed for.
pub(super) fn print(bench: &str, rows: &[Row], aims: &[&str], as_json: bool) {
    if as_json {
        output::json(&json!({ "bench": bench, "rows": rows }));
        return;
    }
    let mut tables: Vec<(Vec<&String>, Table)> = Vec::new();
    for (row, aim) in rows.iter().zip(aims) {
        let more: Vec<&String> = row.more.keys().collect();
        let place = tables.iter().position(|(known, _)| *known == more).unwrap_or_else(|| {
            tables.push((more.clone(), headed(&more)));
            tables.len() - 1
        });
        tables[place].1.add_row(cells(row, aim));
    }
    tables.iter().for_each(|(_, table)| output::line(table.to_string()));
}

/// An empty table for rows with these further figures.
fn headed(more: &[&String]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY);
    let heads = ["", "engine", "Bailee", "peer", "which is", "unit", "ratio", "aim"];
    table.set_header(heads.into_iter().chain(more.iter().map(|name| name.as_str())));
    table
}

fn cells(row: &Row, aim: &str) -> Vec<String> {
    let first = [
        row.name.clone(),
        row.engine.to_owned(),
        figure(row.bailee),
        figure(row.peer),
        row.peer_name.clone(),
        row.unit.to_owned(),
        format!("{:.2}", row.ratio),
        aim.to_owned(),
    ];
    let further = row.more.values().map(|value| figure(value.as_f64().unwrap_or(0.0)));
    first.into_iter().chain(further).collect()
}

/// Three digits that matter.
fn figure(value: f64) -> String {
    match value {
        large if large >= 100.0 => format!("{large:.0}"),
        middle if middle >= 1.0 => format!("{middle:.1}"),
        small => format!("{small:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert!((median(vec![9.0, 1.0, 5.0]) - 5.0).abs() < 1e-9);
    }

    #[test]
    fn a_row_has_the_form_that_is_documented() {
        let row = Row::new(Engine::Sqlite, "read".to_owned(), "requests/s", 50.0, 100.0, "peer")
            .with("p50_ms", 1.5);
        let written = serde_json::to_value(&row).unwrap();
        let expected = json!({
            "name": "read", "engine": "sqlite", "bailee": 50.0, "peer": 100.0, "peer_name": "peer",
            "unit": "requests/s", "ratio": 0.5, "p50_ms": 1.5,
        });
        assert_eq!(written, expected);
    }
}
