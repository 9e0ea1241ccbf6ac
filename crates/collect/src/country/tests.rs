use proptest::prelude::*;

use super::*;

/// A value as a database has it (MaxMind DB file format specification 2.0, "Data Field Format"), of those that are needed here.
enum Value {
    Text(&'static str),
    Number(u8, u32),
    Map(Vec<(&'static str, Value)>),
    List,
}

impl Value {
    fn write(&self, to: &mut Vec<u8>) {
        let mut begin = |kind: u8, size: usize| {
            let size = u8::try_from(size).ok().filter(|size| *size < 29).expect("a small value");
            if kind > 7 { to.extend([size, kind - 7]) } else { to.push(kind << 5 | size) }
        };
        match self {
            Self::Text(text) => {
                begin(2, text.len());
                to.extend(text.as_bytes());
            }
            Self::Number(kind, number) => {
                let bytes: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
                begin(*kind, bytes.len());
                to.extend(bytes);
            }
            Self::Map(pairs) => {
                begin(7, pairs.len());
                for (key, value) in pairs {
                    Self::Text(key).write(to);
                    value.write(to);
                }
            }
            Self::List => begin(11, 0),
        }
    }
}

/// A database that knows these networks, each by the first bits of its addresses.
fn database(ip_version: u32, networks: &[(&str, Value)]) -> Vec<u8> {
    let (mut nodes, mut data) = (vec![[None::<Result<usize, usize>>; 2]], Vec::new());
    for (bits, value) in networks {
        let mut at = 0;
        let (last, before) = bits.as_bytes().split_last().expect("a network has bits");
        for bit in before.iter().map(|bit| usize::from(bit - b'0')) {
            let next = nodes.len();
            let Ok(next) = *nodes[at][bit].get_or_insert(Ok(next)) else {
                panic!("a network within another")
            };
            if next == nodes.len() {
                nodes.push([None; 2]);
            }
            at = next;
        }
        nodes[at][usize::from(last - b'0')] = Some(Err(data.len()));
        value.write(&mut data);
    }
    let count = nodes.len();
    let mut file = Vec::new();
    for record in nodes.iter().flatten() {
        let record = match record {
            None => count,
            Some(Ok(node)) => *node,
            Some(Err(offset)) => count + 16 + offset,
        };
        file.extend(&u32::try_from(record).expect("a small tree").to_be_bytes()[1..]);
    }
    file.extend([0; 16]);
    file.extend(data);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    let metadata = Value::Map(vec![
        ("node_count", Value::Number(6, u32::try_from(count).expect("a small tree"))),
        ("record_size", Value::Number(5, 24)),
        ("ip_version", Value::Number(5, ip_version)),
        ("database_type", Value::Text("Test-Country")),
        ("languages", Value::List),
        ("binary_format_major_version", Value::Number(5, 2)),
        ("binary_format_minor_version", Value::Number(5, 0)),
        ("build_epoch", Value::Number(9, 1)),
        ("description", Value::Map(vec![])),
    ]);
    metadata.write(&mut file);
    file
}

fn iso(code: &'static str) -> Value {
    Value::Map(vec![("country", Value::Map(vec![("iso_code", Value::Text(code))]))])
}

fn country(places: &Places, address: &str) -> Option<String> {
    places.country(address.parse().expect("an address"))
}

/// Networks by their first eight bits: 2, 3, 4, 5 and 6.
fn known() -> Vec<u8> {
    let registered =
        Value::Map(vec![("registered_country", Value::Map(vec![("iso_code", Value::Text("FR"))]))]);
    database(
        4,
        &[
            ("00000010", iso("DE")),
            (
                "00000011",
                Value::Map(vec![
                    ("country_code", Value::Text("US")),
                    ("country", Value::Text("United States")),
                ]),
            ),
            ("00000100", registered),
            ("00000101", Value::Map(vec![("country", Value::Text("Nowhere"))])),
            ("00000110", Value::Map(vec![("country", Value::Text("AT"))])),
        ],
    )
}

#[test]
fn a_country_is_found_wherever_a_database_has_it() {
    let places = Places::new(known()).expect("a database");
    for (address, code) in [
        ("2.1.2.3", Some("DE")),
        ("::ffff:2.1.2.3", Some("DE")),
        ("3.1.2.3", Some("US")),
        ("4.1.2.3", Some("FR")),
        ("5.1.2.3", None),
        ("6.1.2.3", Some("AT")),
        ("7.1.2.3", None),
        ("2001:db8::1", None),
    ] {
        assert_eq!(country(&places, address).as_deref(), code, "{address}");
    }
    let places = Places::new(database(6, &[("0010000000000001", iso("NZ"))])).expect("a database");
    assert_eq!(country(&places, "2001:db8::1").as_deref(), Some("NZ"));
    assert_eq!(country(&places, "2.1.2.3"), None);
}

#[test]
fn what_is_no_database_is_refused_with_words() {
    for bytes in [vec![], b"not a database".to_vec(), b"\xab\xcd\xefMaxMind.com".to_vec()] {
        let error = Places::new(bytes).expect_err("no database").to_string();
        assert!(error.starts_with("the database of places cannot be read"), "{error}");
    }
}

proptest! {
    #[test]
    fn a_damaged_database_is_refused_or_says_nothing_odd(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = known();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(places) = Places::new(bytes) {
            for address in ["2.1.2.3", "3.1.2.3", "0.0.0.0", "2001:db8::1"] {
                let code = country(&places, address);
                prop_assert!(code.is_none_or(|code| code.len() == 2));
            }
        }
    }
}
