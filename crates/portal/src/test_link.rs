//! Whether patients' phones can reach this portal: somebody opens a test link on one and presses the button. A live portal
//! takes no registrations before, because nobody could finish them.

#[cfg(test)]
pub(crate) mod tests;

use kiosk_api::kiosk::Mode;
use registration::{
    flow::figures::TEST_LINK_LIFETIME,
    secrets::link_token::{LinkToken, LinkTokenHash},
    time::Timestamp,
};
use store::StoreError;

use crate::Portal;

/// A link to be opened on a phone. `Debug` is silent.
pub struct TestLink {
    address: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for TestLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TestLink")
    }
}

impl TestLink {
    /// For the terminal of whoever asked for it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Portal {
    /// Makes a link on the public origin; the one before is dead.
    pub async fn make_test_link(&self) -> Result<TestLink, StoreError> {
        let (token, now) = (LinkToken::draw(&mut self.rng()), self.now());
        let expires_at = now + TEST_LINK_LIFETIME;
        let (name, origin) = (&self.settings.name, &self.settings.public_origin);
        let mut tx = self.store.begin(self.practice()).await?;
        tx.make_test_link(self.practice(), name, origin, &token.hash(), now, expires_at).await?;
        tx.commit().await?;
        Ok(TestLink { address: self.url(&format!("/test/{}", token.encoded())), expires_at })
    }

    /// When one was opened on the present public origin first.
    pub async fn test_link_opened_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.test_link_opened_at(self.practice(), &self.settings.public_origin).await
    }

    /// Whether kiosks may register patients here: outside live mode nobody's phone need come from outside.
    pub async fn takes_registrations(&self) -> Result<bool, StoreError> {
        match self.settings.mode {
            Mode::Sandbox | Mode::Trial => Ok(true),
            Mode::Live => Ok(self.test_link_opened_at().await?.is_some()),
        }
    }

    pub(crate) async fn test_link_lives(&self, token: &str) -> Result<bool, StoreError> {
        let Some(hash) = hash_of(token) else { return Ok(false) };
        let origin = &self.settings.public_origin;
        self.store.test_link_lives(self.practice(), origin, &hash, self.now()).await
    }

    pub(crate) async fn open_test_link(&self, token: &str) -> Result<bool, StoreError> {
        // Looked at first, so that a stranger's guesses never wait to write.
        let Some(hash) = hash_of(token) else { return Ok(false) };
        if !self.test_link_lives(token).await? {
            return Ok(false);
        }
        let mut tx = self.store.begin(self.practice()).await?;
        let origin = &self.settings.public_origin;
        let opened = tx.open_test_link(self.practice(), origin, &hash, self.now()).await?;
        tx.commit().await?;
        if opened {
            tracing::info!("a test link was opened on the public origin");
        }
        Ok(opened)
    }
}

fn hash_of(token: &str) -> Option<LinkTokenHash> {
    LinkToken::parse(token).map(|token| token.hash())
}
