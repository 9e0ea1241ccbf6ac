//! Somebody sends a form slowly, and much happens meanwhile.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::json;
use stories::Server;

use super::{request, signed_in};

#[test]
fn a_form_that_was_begun_before_a_suspension_does_nothing_after_it() {
    let server = Server::start();
    let operator = server.operator();
    let request = request(&operator);
    let (mut browser, member) = signed_in(&server, "custodian");
    let page = format!("/console/requests/{request}");
    browser.open(&page);
    let body = format!("form_token={}&because=The+archive+is+far+away", browser.form_token());
    let head = format!(
        "POST {page}/extend HTTP/1.1\r\nHost: bailee\r\nConnection: close\r\nCookie: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        browser.cookie().unwrap(),
        body.len()
    );
    let (first, rest) = body.split_at(5);
    let mut stream = TcpStream::connect(server.address().socket()).unwrap();
    stream.write_all((head + first).as_bytes()).unwrap();
    operator.post(&format!("/v1/staff/{member}/suspend"), &json!({})).send().expect(200);
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("location: /sign-in"), "{answer}");
    let told = operator.get(&format!("/v1/requests/{request}")).send().expect(200);
    assert_eq!(told["is_extended"], false);
}
