use std::{hint::black_box, time::Instant};

use domain::visit::Device;
use proptest::prelude::*;

use super::*;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1";
const IPAD: &str = "Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36";
const ANDROID_TABLET: &str = "Mozilla/5.0 (Linux; Android 13; SM-X900) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const CUBOT: &str = "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/85.0.4183.101 Mobile Safari/537.36";
const SAMSUNG: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36";
const CHROMEBOOK: &str = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const TELEVISION: &str = "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 WebAppManager";

#[test]
fn browsers_are_known_by_family() {
    let agents = Agents::default();
    for (user_agent, browser, system, device) in [
        (FIREFOX, "Firefox", "Linux", Device::Desktop),
        (CHROME, "Chrome", "Windows", Device::Desktop),
        (EDGE, "Edge", "Windows", Device::Desktop),
        (SAFARI, "Safari", "macOS", Device::Desktop),
        (IPHONE, "Mobile Safari", "iOS", Device::Phone),
        (IPAD, "Mobile Safari", "iOS", Device::Tablet),
        (ANDROID, "Chrome Mobile", "Android", Device::Phone),
        (ANDROID_TABLET, "Chrome", "Android", Device::Tablet),
        (CUBOT, "Chrome Mobile", "Android", Device::Phone),
        (SAMSUNG, "Samsung Internet", "Android", Device::Phone),
        (CHROMEBOOK, "Chrome", "Chrome OS", Device::Desktop),
    ] {
        let Agent { surroundings, is_robot } = agents.read(user_agent);
        assert!(!is_robot, "{user_agent}");
        let read = (surroundings.browser.as_deref(), surroundings.system.as_deref(), surroundings.device);
        assert_eq!(read, (Some(browser), Some(system), Some(device)), "{user_agent}");
        assert_eq!(surroundings.country, None);
    }
    assert_eq!(agents.read(TELEVISION).surroundings.device, Some(Device::Other));
}

#[test]
fn one_that_talks_on_is_known_by_how_it_begins() {
    let long = format!("{IPHONE} {}", "é".repeat(300));
    let Agent { surroundings, is_robot } = Agents::default().read(&long);
    assert_eq!((surroundings.system.as_deref(), is_robot), (Some("iOS"), false));
}

#[test]
fn robots_are_told_apart_and_nothing_of_them_is_read() {
    let agents = Agents::default();
    let too_long = format!("{FIREFOX} {}", "x".repeat(LONGEST));
    for user_agent in [
        "",
        " \t",
        &too_long,
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "facebookexternalhit/1.1",
        "SomethingNobodyKnows-Bot/0.1",
        "acme spider",
    ] {
        let expected = Agent { is_robot: true, ..Agent::default() };
        assert_eq!(agents.read(user_agent), expected, "{user_agent}");
    }
}

#[test]
fn what_an_agent_makes_up_is_no_name() {
    let agents = Agents::default();
    // The list takes over what follows, or precedes, some of its words.
    for user_agent in [
        "Mozilla/5.0 (<script>alert(1)</script>; 4111111111111111) ada@example.com/1.0",
        "NewsGator <ada@example.com>/1.0",
        "4111111111111111 Indexer/1.0",
    ] {
        assert!(!agents.read(user_agent).is_robot);
        let Surroundings { browser, system, .. } = agents.read(user_agent).surroundings;
        assert_eq!((browser, system), (None, None), "{user_agent}");
    }
}

#[test]
#[ignore = "a measurement, which says something only when optimised and nothing else runs"]
fn how_long_reading_takes() {
    let agents = Agents::default();
    let all = [FIREFOX, CHROME, EDGE, SAFARI, IPHONE, IPAD, ANDROID, ANDROID_TABLET, SAMSUNG, CHROMEBOOK];
    let begun = Instant::now();
    all.iter().for_each(|user_agent| drop(black_box(agents.read(user_agent))));
    println!("the first ten, with the lists made ready: {:?}", begun.elapsed());
    let begun = Instant::now();
    let rounds: u32 = 100;
    for _ in 0..rounds {
        all.iter().for_each(|user_agent| drop(black_box(agents.read(user_agent))));
    }
    println!("one: {:?}", begun.elapsed() / (rounds * 10));
}

proptest! {
    #[test]
    fn anything_can_be_read(user_agent in "\\PC{0,200}", tail in any::<String>()) {
        static AGENTS: LazyLock<Agents> = LazyLock::new(Agents::default);
        for text in [user_agent.clone(), format!("Mozilla/5.0 {user_agent}/{tail} Firefox/{tail}")] {
            let Surroundings { browser, system, country, .. } = AGENTS.read(&text).surroundings;
            prop_assert!(country.is_none());
            for name in [browser, system].into_iter().flatten() {
                prop_assert!(name.len() <= 40 && !name.contains(['<', '@', '"', '%', '?']), "{name}");
            }
        }
    }
}
