//! A name in forty scripts: shown as it was written, from the right where it reads so, and no page is wider for it.

use serde_json::json;
use stories::{Actor, Chromium};

use super::{come_in, customer, with_mail};

const ADA: &str = "ada@example.com";

/// “Ada”, or something like it, as it is written.
const NAMES: [&str; 40] = [
    "Ada",
    "Άντα",
    "Ада",
    "Ադա",
    "ადა",
    "עדה לבלייס (2)",
    "آدا لوفلايس (٢)",
    "ܐܕܐ",
    "އާޑާ",
    "ߊߘߊ",
    "ⴰⴷⴰ",
    "አዳ",
    "अदा",
    "আডা",
    "ਅਦਾ",
    "અદા",
    "ଅଦା",
    "அடா",
    "ఆడా",
    "ಅದಾ",
    "അദാ",
    "අදා",
    "เอดา",
    "ເອດາ",
    "ཨ་ད",
    "အေဒါ",
    "អាដា",
    "ᠠᠳᠠ",
    "ᎠᏓ",
    "ᐊᑕ",
    "エイダ",
    "あだ",
    "愛達",
    "에이다",
    "ㄚㄉㄚ",
    "ꋠꄊ",
    "𐐈𐐼𐐰",
    "ᱟᱫᱟ",
    "ᮃᮓ",
    "ꦲꦢ",
];

/// Whether what reads from the right stands apart from what is around it.
const STANDS_APART: &str = r"
const right = /[\u0590-\u08ff]/;
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const wrong = [];
while (texts.nextNode()) {
  const text = texts.currentNode;
  if (!right.test(text.data)) continue;
  const { unicodeBidi } = getComputedStyle(text.parentElement);
  if (!['plaintext', 'isolate'].includes(unicodeBidi)) wrong.push(text.parentElement.outerHTML);
}
return wrong;
";

fn store(operator: &Actor, subject: &str, name: &str) {
    let target = format!("/v1/subjects/{subject}/records/support_message?purpose=support");
    let fields = json!({ "full_name": name, "body": format!("{name}!") });
    operator.post(&target, &json!({ "fields": fields, "source": "subject" })).send().expect(201);
}

#[test]
fn a_name_is_shown_as_it_was_written_in_forty_scripts() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let (subject, _) = customer(&operator, "Ada", ADA);
    for name in NAMES {
        store(&operator, &subject, name);
    }
    let Some(browser) = Chromium::start(server.address()) else { return };
    come_in(&browser, &mail, ADA);
    let mut shown = String::new();
    for page in 0..3 {
        if page > 0 {
            browser.click("More");
        }
        shown.push_str(&browser.text());
        browser.is_accessible();
        assert_eq!(browser.ask(STANDS_APART), json!([]));
    }
    for name in NAMES {
        assert!(shown.contains(name) && shown.contains(&format!("{name}!")), "{name} is missing in {shown}");
    }
}
