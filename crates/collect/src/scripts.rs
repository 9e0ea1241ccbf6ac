//! What sites embed: the scripts, and the picture for pages without script. `assets/` has them as they are written; they are served
//! without remarks and indentation.

use std::sync::LazyLock;

/// Counts visits: `bailee.js`.
pub static SCRIPT: LazyLock<String> = LazyLock::new(|| served(include_str!("../assets/bailee.js")));

/// Asks for choices: `bailee-choices.js`.
pub static CHOICES: LazyLock<String> = LazyLock::new(|| served(include_str!("../assets/bailee-choices.js")));

/// Shows what is next: `bailee-items.js`.
pub static ITEMS: LazyLock<String> = LazyLock::new(|| served(include_str!("../assets/bailee-items.js")));

/// A picture of one transparent point: a GIF of 43 bytes, the fewest that every program shows.
pub const PIXEL: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// A script without the lines that only say why, and without what only shows where a line belongs.
fn served(script: &str) -> String {
    let lines =
        script.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzipped(text: &str) -> usize {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(text.as_bytes()).expect("memory takes everything");
        encoder.finish().expect("memory takes everything").len()
    }

    #[test]
    fn the_scripts_are_as_small_as_is_said() {
        let (script, choices) = (gzipped(&SCRIPT), gzipped(&CHOICES));
        let items = gzipped(&ITEMS);
        println!("gzipped: bailee.js {script}, bailee-choices.js {choices}, bailee-items.js {items} bytes");
        assert!(items < 1_100, "{items}");
        assert!(script < 1_500, "{script}");
        assert!(choices < 2_300, "{choices}");
    }

    #[test]
    fn neither_sets_a_cookie_or_writes_markup_and_one_keeps_nothing() {
        for script in [&*SCRIPT, &*CHOICES, &*ITEMS] {
            for forbidden in [
                "cookie",
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "style=",
            ] {
                assert!(!script.contains(forbidden), "{forbidden}");
            }
            assert!(script.is_ascii() && !script.contains("</"), "a script may stand in any page");
        }
        for forbidden in
            ["localStorage", "sessionStorage", "indexedDB", "caches", "navigator.userAgent", "screen."]
        {
            assert!(!SCRIPT.contains(forbidden), "{forbidden}");
        }
        assert_eq!(CHOICES.matches("bailee.choices").count(), 1);
    }

    #[test]
    fn what_is_served_has_no_remarks_and_all_of_the_rest() {
        assert_eq!(
            served("// why\n(() => {\n  // why\n  a('https://x');\n\n})();\n"),
            "(() => {\na('https://x');\n})();"
        );
    }

    #[test]
    fn the_picture_is_a_gif_of_one_transparent_point() {
        assert_eq!(PIXEL.len(), 43);
        assert!(PIXEL.starts_with(b"GIF89a\x01\0\x01\0") && PIXEL.ends_with(b";"));
    }
}
