//! What the invented people write, buy and look at.

/// Two words and a number make an e-mail address that says nothing about its owner.
pub(super) const ADJECTIVES: &[&str] = &[
    "quiet",
    "amber",
    "distant",
    "early",
    "gentle",
    "hollow",
    "ivory",
    "lucky",
    "misty",
    "noble",
    "patient",
    "rapid",
    "silver",
    "tidy",
    "velvet",
    "wandering",
];
pub(super) const ANIMALS: &[&str] = &[
    "heron", "badger", "cricket", "dolphin", "egret", "falcon", "gecko", "hare", "ibis", "jackdaw",
    "kestrel", "lynx", "marten", "newt", "otter", "puffin",
];

pub(super) const MESSAGES: &[&str] = &[
    "Hello, the player stops after a minute on my phone. It works on the laptop.",
    "Could you tell me which plan allows two streams at once?",
    "I changed my password and can no longer sign in on the tablet.",
    "Thank you for the quick answer yesterday, everything works again.",
    "We would like to move our channel to another region. What do we have to do?",
    "Please send the invoice for last month to our bookkeeper as well.",
    "The captions are two seconds late since the update.",
    "Is there a way to see how many people watched at the same time?",
    "I think someone else used my account last night. Please have a look.",
    "Do you plan to support vertical video?",
    "The recording of Tuesday's class has no sound in the second half.",
    "Can I pause my subscription while I am travelling?",
];
pub(super) const PRODUCTS: &[&str] = &[
    "Live streaming, small plan, one month",
    "Live streaming, large plan, one year",
    "Recording, 100 hours",
    "Two extra regions",
    "Captions in three languages",
    "Priority support, one year",
];
pub(super) const STREETS: &[&str] =
    &["Harbour Street", "Mill Lane", "Observatory Road", "Station Square", "Lindenallee", "Rua das Flores"];
pub(super) const COMPANIES: &[&str] =
    &["Tidewater Films", "Open Lecture", "Kite & Anchor", "Studio Nord", "Second Stage", "Lantern Radio"];
pub(super) const PAGES: &[&str] =
    &["/", "/plans", "/plans/live", "/help/captions", "/contact", "/blog/latency"];
pub(super) const BROWSERS: &[&str] = &["Firefox 141", "Chrome 139", "Safari 18", "Edge 139"];
pub(super) const SYSTEMS: &[&str] = &["Linux", "Windows 11", "macOS 15", "Android 16", "iOS 18"];
pub(super) const SOURCES: &[&str] = &["search", "newsletter", "direct", "a friend's link"];
pub(super) const BRANDS: &[&str] = &["Visa", "Mastercard", "American Express"];
pub(super) const LETTERS: &[&str] = &[
    "Your concert in the old cinema was the best evening of the year. Please come back!",
    "I painted the cover of your second album. May I send you a copy?",
    "When you sang without the microphone nobody dared to breathe.",
    "My grandmother and I have every record. She asks for the northern song again.",
    "Is there a chance to hear you in the mountains this summer?",
];
pub(super) const NOTES: &[(&str, &str)] = &[
    ("Playlist", "Morning shift: two jazz pieces, the weather, then the interview."),
    ("Homework", "Lesson 12: describe your street in six sentences."),
    ("Profile text", "I listen on the way to work and on Sundays."),
    ("Progress", "Units one to nine finished, the tenth begun."),
    ("Request", "Please play something by a brass band on my birthday."),
];
