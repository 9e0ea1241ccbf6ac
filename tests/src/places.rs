//! Databases of places, as small as they can be.

/// A database (MaxMind DB file format specification 2.0) that knows, of IPv4 addresses, the country of some first bytes.
pub fn places(known: &[(u8, &str)]) -> Vec<u8> {
    let mut data = Vec::new();
    let offsets: Vec<Option<usize>> = (0..=u8::MAX)
        .map(|byte| {
            let (_, code) = known.iter().find(|(first, _)| *first == byte)?;
            let at = data.len();
            data.extend(map(&[("country", map(&[("iso_code", text(code))]))]));
            Some(at)
        })
        .collect();
    // The tree is whole: 255 nodes over eight bits.
    let nodes = 255;
    let record = |child: usize| match child.checked_sub(nodes) {
        None => child,
        Some(leaf) => offsets[leaf].map_or(nodes, |at| nodes + 16 + at),
    };
    let mut file = Vec::new();
    // In a whole tree that is numbered level by level the children of a node are at twice its number.
    for node in 0..nodes {
        for child in [2 * node + 1, 2 * node + 2] {
            let bytes = u32::try_from(record(child)).expect("a small tree").to_be_bytes();
            file.extend(&bytes[1..]);
        }
    }
    file.extend([0; 16]);
    file.extend(data);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    file.extend(map(&[
        ("node_count", vec![0b110_00001, 255]),
        ("record_size", vec![0b101_00001, 24]),
        ("ip_version", vec![0b101_00001, 4]),
        ("database_type", text("Country")),
        ("languages", vec![0, 4]),
        ("binary_format_major_version", vec![0b101_00001, 2]),
        ("binary_format_minor_version", vec![0b101_00000]),
        ("build_epoch", vec![1, 2, 1]),
        ("description", map(&[])),
    ]));
    file
}

fn text(text: &str) -> Vec<u8> {
    let size = u8::try_from(text.len()).expect("a short text");
    let mut bytes = if size < 29 { vec![0b010_00000 | size] } else { vec![0b010_11101, size - 29] };
    bytes.extend(text.as_bytes());
    bytes
}

fn map(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0b111_00000 | u8::try_from(pairs.len()).expect("a small map")];
    for (name, value) in pairs {
        bytes.extend(text(name));
        bytes.extend(value);
    }
    bytes
}
