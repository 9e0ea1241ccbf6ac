//! What kind of device a user agent tells of. A tablet that asks for pages as a computer does is taken for one.

use domain::visit::Device;

/// What tells a kind, tried in this order: a television with Android is none of the telephones.
const KINDS: &[(Device, &[&str])] = &[
    (
        Device::Other,
        &[
            "TV",
            "BRAVIA",
            "CrKey",
            "Web0S",
            "Roku",
            "AFTS",
            "AFTT",
            "AFTM",
            "PlayStation",
            "Xbox",
            "Nintendo",
            "Watch",
            "Quest",
            "Tizen 2",
            "Wear OS",
        ],
    ),
    (Device::Tablet, &["iPad", "Tablet;", "; Tablet", "PlayBook", "Kindle", "Silk/"]),
    (Device::Phone, &["Mobi", "iPhone", "iPod", "Windows Phone", "BlackBerry", "BB10", "Opera Mini", "J2ME"]),
    (Device::Tablet, &["Android"]),
    (Device::Desktop, &["Windows", "Macintosh", "X11", "CrOS", "Linux", "FreeBSD", "OpenBSD"]),
];

/// The kind of device, if the agent tells.
pub(super) fn of(user_agent: &str) -> Option<Device> {
    let tells = |signs: &&(Device, &[&str])| signs.1.iter().any(|sign| user_agent.contains(sign));
    KINDS.iter().find(tells).map(|(device, _)| *device)
}
