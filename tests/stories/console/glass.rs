//! What is out of the ordinary is opened by whoever says why, and whoever goes through who opened whose data reads it.

use serde_json::json;
use stories::Server;

use super::{carried, client_person, pairs, signed_in};
use crate::changes::day;

const WHY: &str = "The court asked <b>for it";

#[test]
fn a_person_is_opened_out_of_the_ordinary_for_a_reason_that_is_gone_through_afterwards() {
    let server = Server::start();
    let operator = server.operator();
    let (subject, _) = client_person(&operator);
    let (mut support, curious) = signed_in(&server, "support");
    support.open("/console/person");
    let asked = [("field", "email"), ("value", "mira@example.com"), ("purpose", "marketing")];
    let asks = support.send("/console/person/find", &asked).text();
    assert!(asks.contains("This is out of the ordinary") && !asks.contains(&subject), "{asks}");
    let looked = || {
        let entries = operator.get(&format!("/v1/subjects/{subject}/entries?limit=100")).send().expect(200);
        let all = entries["items"].as_array().unwrap().clone();
        all.into_iter().filter(|one| one["detail"]["staff"] == json!(curious)).collect::<Vec<_>>()
    };
    assert!(looked().is_empty(), "nobody was looked up");
    let mut said = carried(&asks);
    said.retain(|(name, _)| name != "because");
    let mut said = pairs(&said);
    said.push(("because", "  "));
    assert!(support.send("/console/person/find", &said).text().contains("This is out of the ordinary"));
    said.pop();
    said.push(("because", WHY));
    let opened = support.send("/console/person/find", &said);
    assert_eq!(opened.status, 200, "{}", opened.everything());
    assert!(opened.text().contains(&subject), "{}", opened.text());
    let read = looked();
    let read = read.iter().find(|one| one["detail"]["action"] == "subject.read").unwrap();
    assert_eq!(read["detail"]["case"]["because"], WHY, "{read}");

    // In the ordinary nobody is asked, and a reason that was typed nevertheless stands nowhere.
    support.open("/console/person");
    let ordinary =
        [("field", "email"), ("value", "mira@example.com"), ("purpose", "support"), ("because", "Just so")];
    assert_eq!(support.send("/console/person/find", &ordinary).status, 200);
    assert!(looked().iter().all(|one| !one.to_string().contains("Just so")));

    let (mut auditor, _) = signed_in(&server, "auditor");
    auditor.open("/console/access");
    let (from, until) = (day(-1).to_string(), day(0).to_string());
    let review = auditor.send("/console/access/ask", &[("from", &from), ("until", &until)]).text();
    assert!(review.contains("The court asked &#60;b&#62;for it") && review.contains(&curious), "{review}");
    assert_eq!(review.matches("The court asked").count(), 1, "{review}");
    let entry = read["id"].as_str().or(read["entry"].as_str()).unwrap();
    assert!(!auditor.open(&format!("/console/log/entries/{entry}")).text().contains("The court"));
}

#[test]
fn nobody_opens_out_of_the_ordinary_past_the_page_that_asks() {
    let server = Server::start();
    let (subject, _) = client_person(&server.operator());
    let (mut support, _) = signed_in(&server, "support");
    support.open("/console/person");
    let asked = [("subject", subject.as_str()), ("purpose", "marketing")];
    let asks = support.send("/console/person/open", &asked).text();
    assert!(asks.contains("This is out of the ordinary") && !asks.contains("Mira"), "{asks}");
    support.open("/console/person");
    let long = "x".repeat(4_001);
    let said = [("subject", subject.as_str()), ("purpose", "marketing"), ("because", long.as_str())];
    assert_eq!(support.send("/console/person/open", &said).status, 400);
    let (mut analyst, _) = signed_in(&server, "analyst");
    analyst.open("/console");
    assert_eq!(
        analyst
            .send(
                "/console/person/open",
                &[("subject", &subject), ("purpose", "marketing"), ("because", WHY)]
            )
            .status,
        403
    );
}
