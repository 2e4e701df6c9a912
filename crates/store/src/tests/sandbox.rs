//! The patient's phone gets each message once.

use registration::ids::OutboxId;
use rstest::rstest;
use uuid::Uuid;

use super::fixture::{Database, Kind, OURS, Postgres, Sqlite, THEIRS, at};
use crate::{Channel, SandboxMessage};

fn message(n: u128, channel: Channel) -> SandboxMessage {
    let of_email = |text: &str| (channel == Channel::Email).then(|| text.to_owned());
    SandboxMessage {
        position: 0,
        id: OutboxId(Uuid::from_u128(n)),
        practice: OURS,
        channel,
        recipient: "+447700900123".to_owned(),
        subject: of_email("Finish your registration"),
        text: "Your code is 123456".to_owned(),
        html: of_email("<p>Hello</p>"),
        sent_at: at(0),
    }
}

#[rstest]
#[tokio::test]
async fn messages_arrive_once_and_in_order(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let store = &database.store;
    // Their ids say when they were promised, not when they arrived.
    for n in [9, 2, 5, 2] {
        let channel = if n == 5 { Channel::Email } else { Channel::Sms };
        store.add_sandbox_message(&message(n, channel)).await.expect("delivered");
    }
    let ids = |messages: &[SandboxMessage]| {
        messages.iter().map(|message| (message.position, message.id.0.as_u128())).collect::<Vec<_>>()
    };
    let all = store.sandbox_messages(OURS, 0).await.expect("read");
    assert_eq!(ids(&all), [(1, 9), (2, 2), (3, 5)]);
    assert!(all[2] == SandboxMessage { position: 3, ..message(5, Channel::Email) });
    assert_eq!(ids(&store.sandbox_messages(OURS, 2).await.expect("read")), [(3, 5)]);
    assert!(store.sandbox_messages(OURS, 3).await.expect("read").is_empty());
    assert!(store.sandbox_messages(THEIRS, 0).await.expect("read").is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_messages_at_once_all_arrive(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let deliveries = (1..=16).map(|n| {
        let store = database.store.clone();
        tokio::spawn(async move { store.add_sandbox_message(&message(n, Channel::Sms)).await })
    });
    for delivery in futures::future::join_all(deliveries).await {
        delivery.expect("no panic").expect("delivered");
    }
    let positions: Vec<_> =
        database.store.sandbox_messages(OURS, 0).await.expect("read").iter().map(|it| it.position).collect();
    assert_eq!(positions, (1..=16).collect::<Vec<_>>());
}
