//! Searching every file of a directory for a text, as whoever stole the disk would.

use std::{fs, io, path::Path};

/// What a search went through and found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Searched {
    pub(super) files: u64,
    pub(super) bytes: u64,
    /// Files that hold the text, in any mixture of upper and lower case.
    pub(super) found: u64,
}

/// Searches every file beneath a directory. A file that goes while the server works is not one.
///
/// # Errors
/// A file cannot be read.
pub(super) fn search(directory: &Path, text: &str) -> io::Result<Searched> {
    let wanted = text.to_ascii_lowercase().into_bytes();
    let mut searched = Searched::default();
    search_into(directory, &wanted, &mut searched)?;
    Ok(searched)
}

fn search_into(directory: &Path, wanted: &[u8], searched: &mut Searched) -> io::Result<()> {
    for item in fs::read_dir(directory)? {
        let item = item?;
        if item.file_type()?.is_dir() {
            search_into(&item.path(), wanted, searched)?;
            continue;
        }
        let bytes = match fs::read(item.path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            read => read?.to_ascii_lowercase(),
        };
        searched.files += 1;
        searched.bytes += bytes.len() as u64;
        searched.found += u64::from(holds(&bytes, wanted));
    }
    Ok(())
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some((&first, rest)) = wanted.split_first() else { return true };
    let mut places = bytes.iter().enumerate().filter(|(_, byte)| **byte == first);
    places.any(|(place, _)| bytes[place + 1..].starts_with(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_the_depth_and_in_any_case() {
        let directory = std::env::temp_dir().join(format!("bailee-search-{}", std::process::id()));
        fs::create_dir_all(directory.join("below")).unwrap();
        fs::write(directory.join("one"), b"\x00ada@example.com").unwrap();
        fs::write(directory.join("below/two"), b"xxADA@Example.com\xff").unwrap();
        fs::write(directory.join("three"), b"ada@example").unwrap();
        let searched = search(&directory, "ada@example.com").unwrap();
        fs::remove_dir_all(directory).unwrap();
        assert_eq!(searched, Searched { files: 3, bytes: 45, found: 2 });
    }
}
