use std::sync::{Arc, atomic::AtomicUsize, atomic::Ordering};

use async_trait::async_trait;
use domain::{AccountKind, webhook::Failure};
use gate::{Caller, NewWebhook};
use parking_lot::Mutex;

use crate::{
    Service,
    outside::{Answer, Http, Message, Question},
    promises::tests::world::World,
};

/// A receiver that counts, and answers as it is told.
struct Receiver {
    came: AtomicUsize,
    answer: Mutex<Result<u16, Failure>>,
}

#[async_trait]
impl Http for Receiver {
    fn check(&self, _: &str, _: bool) -> Result<(), Failure> {
        self.answer.lock().map(drop)
    }

    async fn post(&self, _: &Message) -> Result<u16, Failure> {
        self.came.fetch_add(1, Ordering::SeqCst);
        *self.answer.lock()
    }

    async fn ask(&self, _: &Question) -> Result<Answer, Failure> {
        Err(Failure::NoAddress)
    }
}

/// A service over an installation that sends to a receiver, and a webhook of an account with an event that waits.
async fn with_webhook(world: &World, kind: AccountKind) -> (Service, Arc<Receiver>, Caller) {
    let gate = world.service.gate();
    let account = gate.accounts().into_iter().find(|account| account.kind == kind).unwrap();
    let caller = Caller::system(account);
    let new = NewWebhook { url: "https://example.com/".to_owned(), kinds: Vec::new() };
    let webhook = gate.create_webhook(&caller, &new, None).await.unwrap().0;
    gate.test_webhook(&caller, webhook.id).await.unwrap();
    while gate.advance_log().await.unwrap() > 0 {}
    let receiver = Arc::new(Receiver { came: AtomicUsize::new(0), answer: Mutex::new(Ok(200)) });
    let service = Service::new(Arc::clone(gate)).sending_by(Arc::<Receiver>::clone(&receiver));
    (service, receiver, caller)
}

#[tokio::test]
async fn what_cannot_be_noted_is_not_sent_at_every_tick() {
    let world = World::new().await;
    let (service, receiver, _) = with_webhook(&world, AccountKind::Operator).await;
    world.trigger("BEFORE UPDATE ON webhook BEGIN SELECT RAISE(ABORT, 'full'); END");
    assert!(service.deliver_due().await.is_err());
    for _ in 0..9 {
        assert_eq!(service.deliver_due().await.unwrap(), 0, "it waits for its turn");
    }
    assert_eq!(receiver.came.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn whose_secret_is_damaged_waits_likewise() {
    let world = World::new().await;
    let (service, receiver, _) = with_webhook(&world, AccountKind::Operator).await;
    world.sabotage("UPDATE webhook SET facts = json_set(facts, '$.secret', 'AAAA')");
    assert!(service.deliver_due().await.is_err());
    assert_eq!(service.deliver_due().await.unwrap(), 0);
    assert_eq!(receiver.came.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn only_the_operator_learns_what_lies_inside() {
    let world = World::new().await;
    for (kind, told) in
        [(AccountKind::Operator, Failure::InsideAddress), (AccountKind::Client, Failure::NoAddress)]
    {
        let (service, receiver, caller) = with_webhook(&world, kind).await;
        *receiver.answer.lock() = Err(Failure::InsideAddress);
        assert_eq!(service.check_receiver(&caller, "https://example.com/"), Err(told));
        service.deliver_due().await.unwrap();
        let webhook = service.gate().webhooks(&caller).await.unwrap().remove(0);
        assert_eq!(webhook.last.unwrap().failure, Some(told));
    }
}
