//! Long lists that are in memory, shown a page at a time: from the one after an id that stands in the address.

use serde::Deserialize;

/// How many rows a page shows.
pub(super) const ROWS: usize = 100;

/// From where on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// The id of the last row of the page before.
    pub(super) after: Option<String>,
}

/// A page of a list, and where the next one is.
pub(super) fn page<T>(
    all: Vec<T>,
    (place, query): (&str, &ListQuery),
    id: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let before = query.after.as_ref().and_then(|after| all.iter().position(|one| id(one) == *after));
    let mut rest = all.into_iter().skip(before.map_or(0, |before| before + 1));
    let rows: Vec<T> = rest.by_ref().take(ROWS).collect();
    let next = rest.next().and(rows.last()).map(|last| format!("{place}?after={}", id(last)));
    (rows, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_on_one_page() {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let query = ListQuery { after };
            let (rows, next) = page((0..250).collect(), ("/x", &query), ToString::to_string);
            assert!(rows.len() <= ROWS);
            seen.extend(rows);
            let Some(next) = next else { break };
            after = next.strip_prefix("/x?after=").map(str::to_owned);
        }
        assert_eq!(seen, (0..250).collect::<Vec<_>>());
        let query = ListQuery { after: None };
        assert_eq!(
            page(vec![1; ROWS], ("/x", &query), ToString::to_string).1,
            None,
            "nothing comes after the last"
        );
    }
}
