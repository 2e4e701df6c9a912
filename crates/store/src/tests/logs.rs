//! The driver logs statements, and `PRAGMA key` is one.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use tempfile::tempdir;
use test_support::people;
use tracing_subscriber::fmt::MakeWriter;

use super::fixture::{PEPPER, at, confirmed, file};
use crate::{DatabaseKey, Stamp, Store};

/// Everything that was logged, by any test of this crate.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn contains(&self, text: &str) -> bool {
        let log = self.0.lock().expect("a lock");
        log.windows(text.len()).any(|bytes| bytes == text.as_bytes())
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_the_key_nor_a_name_is_logged() {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().with_writer(log.clone()).with_max_level(tracing::Level::TRACE).finish();
    tracing::subscriber::set_global_default(subscriber).expect("no other test sets it");

    let folder = tempdir().expect("a folder");
    let secret = [0xE7; 32];
    let store = Store::open_sqlite(&file(&folder), &DatabaseKey::new(secret, PEPPER), Stamp::Sandbox)
        .await
        .expect("opened");
    let practice = super::fixture::OURS;
    super::fixture::enrol(&store, practice, super::fixture::KIOSK, "Front desk", 1, at(0)).await;
    let mut tx = store.begin(practice).await.expect("begun");
    tx.add_registration(&confirmed(1, people::jo(), at(0)), super::fixture::KIOSK).await.expect("added");
    tx.commit().await.expect("committed");
    let crate::open::Database::Sqlite { writer, .. } = &store.database else { panic!("a file") };
    let mut writer = writer.acquire().await.expect("a connection");
    let failed = sqlx::query("SELECT nothing FROM nowhere").execute(&mut *writer).await;
    assert!(failed.is_err());
    drop(writer);
    store.close().await;

    for hidden in [&"e7".repeat(32), "PRAGMA", "INSERT INTO", "Brien", "7700900123"] {
        assert!(!log.contains(hidden), "{hidden}");
    }

    // The log would have shown it: the same driver with its own settings.
    let control = SqliteConnectOptions::new()
        .filename(folder.path().join("control.db"))
        .create_if_missing(true)
        .pragma("key", format!("\"x'{}'\"", "d4".repeat(32)));
    control.connect().await.expect("connected").close().await.expect("closed");
    assert!(log.contains(&"d4".repeat(32)), "the control was not seen");
}
