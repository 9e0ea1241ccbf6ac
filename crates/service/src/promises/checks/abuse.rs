//! `abuse`: a made-up request comes from an address that nobody has: it is found under the purpose of the access log and no other, by
//! an entry that says who looked; and a day whose time is over is gone, with its key.

use std::net::{IpAddr, Ipv6Addr};

use domain::{
    Personal,
    access_log::{Access, Asked},
    ambient::random_bytes,
    calendar,
};
use gate::{GateError, Wanted};
use jiff::{SignedDuration, Timestamp};
use policy::document::AccessLog;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict};

/// What no browser says of itself.
const AGENT: &str = "An assessment";
/// So long before the last day that is kept the time is over.
const OVER: SignedDuration = SignedDuration::from_hours(48);

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let (gate, now) = (examination.gate, examination.now);
    let (Some(log), Some(life)) = (&examination.document().access_log, gate.access_log_life()?) else {
        return Ok(Verdict::unchecked("the policy declares no access log"));
    };
    let log = log.get_ref();
    let purpose = log.purpose.get_ref();
    // On the last day that is kept: it goes tomorrow, as everything of its day does.
    let Some(at) = calendar::after(now, -life) else {
        return Ok(Verdict::unchecked("the clock of the access log is longer than any calendar"));
    };
    let (mut faults, address) = (Vec::new(), nobodys(examination));
    gate.log_made_up(&examination.operator, made_up(at, address)).await?;
    let wanted = Wanted::Address(Personal::new(address));
    let found = gate.look_up_address(&examination.operator, &wanted, purpose).await?;
    let is_found = matches!(found.lines.as_slice(), [only] if *only.address.reveal() == address
        && only.agent.reveal() == AGENT);
    if !is_found {
        faults.push("a request that came from an address is not found by it".to_owned());
    }
    for other in others(examination, log) {
        match gate.look_up_address(&examination.operator, &wanted, other).await {
            Err(GateError::Refused { .. }) => {}
            Err(error) => return Err(error),
            Ok(_) => faults.push(format!("an address can be looked up for `{other}`")),
        }
    }
    let over = at.saturating_sub(OVER).unwrap_or(Timestamp::MIN);
    if gate.leaves_over_days(&examination.operator, made_up(over, nobodys(examination))).await? {
        faults.push("a request is still in the access log though its time is over".to_owned());
    }
    Ok(Verdict::unless(&faults, || {
        format!(
            "a made-up request was found by its address for `{purpose}` and for nothing else, and one whose time was over was gone, \
             with the key of its day"
        )
    }))
}

/// What else the lines are held for, and the address must not be looked up for.
fn others<'a>(examination: &'a Examination<'_>, log: &AccessLog) -> Vec<&'a str> {
    let record = log.declared(examination.document()).map(|(record, _)| record);
    let held = record.into_iter().flat_map(|record| &record.purposes).map(|name| name.get_ref().as_str());
    held.filter(|name| *name != log.purpose.get_ref()).collect()
}

/// An address of those that are for examples (RFC 3849).
fn nobodys(examination: &Examination<'_>) -> IpAddr {
    let random: [u8; 12] = random_bytes(&*examination.gate.ambient().randomness);
    let mut octets = [0; 16];
    octets[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
    octets[4..].copy_from_slice(&random);
    IpAddr::V6(Ipv6Addr::from(octets))
}

fn made_up(at: Timestamp, address: IpAddr) -> Access {
    let asked = Asked {
        method: "GET".to_owned(),
        route: "/an-assessment".to_owned(),
        status: 200,
        event: None,
        caller: None,
    };
    Access { at, address: Personal::new(address), agent: Personal::new(AGENT.to_owned()), asked }
}
