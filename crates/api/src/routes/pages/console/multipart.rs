//! Forms that carry a file (RFC 7578): read where they are, as text or as a scan in base64, and kept nowhere.

use data_encoding::BASE64;

/// The most parts of a form.
const PARTS: usize = 64;
/// The longest boundary (RFC 2046, section 5.1.1).
const BOUNDARY: usize = 70;
/// The field whose file may be anything: a letter that was scanned.
const SCAN: &str = "scan";

/// The names and texts of a form; none where it is no such form, or not all of it is text.
pub(super) fn read(content_type: &str, body: &[u8]) -> Option<Vec<(String, String)>> {
    let boundary = content_type.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    if boundary.is_empty() || boundary.len() > BOUNDARY {
        return None;
    }
    // Each part begins on a line of its own, also the first.
    let body = [b"\r\n", body].concat();
    let mut pieces = split(&body, format!("\r\n--{boundary}").as_bytes());
    let is_one = pieces.len() <= PARTS + 2;
    let is_whole = is_one && std::str::from_utf8(pieces.pop()?).is_ok_and(|end| end.starts_with("--"));
    if !is_whole {
        return None;
    }
    pieces.into_iter().skip(1).map(part).collect()
}

/// What stands between the boundaries, as far as a form may have parts.
fn split<'a>(mut rest: &'a [u8], between: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while let Some(place) = place_of(rest, between).filter(|_| pieces.len() < PARTS + 2) {
        pieces.push(&rest[..place]);
        rest = &rest[place + between.len()..];
    }
    pieces.push(rest);
    pieces
}

fn place_of(text: &[u8], sought: &[u8]) -> Option<usize> {
    text.windows(sought.len()).position(|window| window == sought)
}

fn part(piece: &[u8]) -> Option<(String, String)> {
    let piece = piece.strip_prefix(b"\r\n")?;
    let end = place_of(piece, b"\r\n\r\n")?;
    let (head, content) = (std::str::from_utf8(&piece[..end]).ok()?, &piece[end + 4..]);
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let (_, says) = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))?;
    let name = says.split(';').find_map(|word| word.trim().strip_prefix("name=\"")?.strip_suffix('"'))?;
    let content = match name {
        SCAN => BASE64.encode(content),
        _ => std::str::from_utf8(content).ok()?.to_owned(),
    };
    Some((name.to_owned(), content))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=XYZ";

    fn form(parts: &[&str]) -> String {
        let parts: String = parts.iter().map(|part| format!("--XYZ\r\n{part}\r\n")).collect();
        format!("{parts}--XYZ--\r\n")
    }

    #[test]
    fn fields_and_files_are_read_as_they_are() {
        let field = "Content-Disposition: form-data; name=\"form_token\"\r\n\r\n5e5e";
        let file = "content-disposition: form-data; name=\"file\"; filename=\"a; b.json\"\r\nContent-Type: \
                    application/json\r\n\r\n{\"a\":\r\n\r\n\"--XY\"}\r\n";
        let read = read(KIND, form(&[field, file]).as_bytes()).unwrap();
        let expected = [("form_token", "5e5e"), ("file", "{\"a\":\r\n\r\n\"--XY\"}\r\n")];
        assert_eq!(read, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    #[test]
    fn a_scan_is_whatever_it_is() {
        let head = "--XYZ\r\nContent-Disposition: form-data; name=\"scan\"; filename=\"letter.pdf\"\r\n\r\n";
        let body = [head.as_bytes(), b"\xff\xd8\r\n\x00", b"\r\n--XYZ--\r\n"].concat();
        assert_eq!(read(KIND, &body), Some(vec![("scan".to_owned(), BASE64.encode(b"\xff\xd8\r\n\x00"))]));
        let other = String::from_utf8_lossy(&body).replace("scan", "file").replace('\u{fffd}', "?");
        assert!(read(KIND, other.as_bytes()).is_some(), "text is a file of any name");
        let body = [head.replace("scan", "file").as_bytes(), b"\xff\r\n--XYZ--\r\n"].concat();
        assert_eq!(read(KIND, &body), None, "and what is no text is none");
    }

    #[test]
    fn what_is_cut_short_or_no_text_is_no_form() {
        let field = "Content-Disposition: form-data; name=\"a\"\r\n\r\n1";
        let whole = form(&[field]);
        assert!(read(KIND, whole.as_bytes()).is_some());
        for length in 0..whole.len() - 4 {
            assert_eq!(read(KIND, &whole.as_bytes()[..length]), None, "{length}");
        }
        assert_eq!(read("multipart/form-data", whole.as_bytes()), None);
        assert_eq!(read("multipart/form-data; boundary=\"\"", whole.as_bytes()), None);
        assert_eq!(read(KIND, &[whole.as_bytes(), b"\xff"].concat()), None);
        assert_eq!(read(KIND, form(&["no head"]).as_bytes()), None);
        assert_eq!(read(KIND, form(&["X: y\r\n\r\n1"]).as_bytes()), None, "a part without a name");
        assert_eq!(read(KIND, form(&[field; PARTS + 1]).as_bytes()), None);
        assert!(read(KIND, form(&[field; PARTS]).as_bytes()).is_some());
    }
}
