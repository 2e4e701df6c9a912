//! What kiosks kept while this portal was away: taking it, and saying how it stands. What becomes of it then is the worker's,
//! `workers::journal`.

pub(crate) mod key;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta};
use kiosk_api::{
    details::TypedDetails,
    journal::{JournalEntry, JournalReport, JournalSeen, Taken},
};
use registration::{
    ids::KioskId,
    journal::{AWAY_AFTER, KEPT_AT_MOST, TEXTED_WITHIN},
    limits::{JOURNAL_ENTRIES_PER_KIOSK_DAY, JOURNAL_REPORTS_PER_KIOSK_DAY},
    secrets::reference::Reference,
    time::Timestamp,
    values::details::Details,
};
use store::{
    AccessEntry, Act, Actor, ByStaff, JournalEntryFound, JournalEntryListed, JournalRow, JournalStands,
    LimitSubject, NewJournalEntry, StoreError,
};
use uuid::Uuid;

use crate::{Portal, quiet_hours::when_awake, refused::Refusal};

/// A kiosk that is on says more often how its journal stands.
const SILENCE: TimeDelta = TimeDelta::hours(1);

impl Portal {
    /// Whether nobody takes our texts: codes of several people have not gone for so long that whoever confirms now would wait in
    /// vain.
    pub(crate) async fn texts_are_away(&self) -> Result<bool, StoreError> {
        self.store.texts_are_away(self.practice(), self.now(), AWAY_AFTER).await
    }

    /// Takes an entry; one that came before is left as it is. Nobody stands at the glass any more, so that its text waits for
    /// the morning.
    pub(crate) async fn take_journal_entry(
        &self,
        kiosk: KioskId,
        entry: &JournalEntry,
    ) -> Result<Taken, Refusal> {
        let Ok(sealed) = BASE64_STANDARD.decode(&entry.sealed) else { return Ok(Taken::Unreadable) };
        let Some(reference) = self.reference_of(entry, &sealed) else {
            tracing::error!(%kiosk, entry = %entry.id, "an entry of a kiosk's journal does not open with this portal's key");
            return Ok(Taken::Unreadable);
        };
        if self.store.has_journal_entry(self.practice(), entry.id).await? {
            return Ok(Taken::Kept);
        }
        let now = self.now();
        let limit = (JOURNAL_ENTRIES_PER_KIOSK_DAY, LimitSubject(kiosk.to_string()));
        let counted = self.store.take_limits(self.practice(), &[limit], now).await?;
        counted.map_err(|reached| Refusal::TooManySends { retry_at: Some(reached.retry_at) })?;
        let mut tx = self.store.begin(self.practice()).await?;
        tx.add_journal_entry(&NewJournalEntry {
            practice: self.practice(),
            id: entry.id,
            kiosk,
            journal: entry.journal,
            reference,
            kept_at: kept_at(entry, now),
            received_at: now,
            not_before: when_awake(now, self.settings.time_zone),
            expires_at: now + TEXTED_WITHIN,
            sealed: &sealed,
        })
        .await?;
        self.commit(tx).await?;
        Ok(Taken::Kept)
    }

    fn reference_of(&self, entry: &JournalEntry, sealed: &[u8]) -> Option<Reference> {
        Reference::parse(&self.journal_key.open(entry.id, sealed)?.reference)
    }

    /// Keeps how a kiosk's journal stands. What was lost is said once, where staff and whoever watches the log see it.
    pub(crate) async fn journal_stands(
        &self,
        kiosk: KioskId,
        report: JournalReport,
    ) -> Result<JournalSeen, Refusal> {
        let now = self.now();
        let limit = (JOURNAL_REPORTS_PER_KIOSK_DAY, LimitSubject(kiosk.to_string()));
        let counted = self.store.take_limits(self.practice(), &[limit], now).await?;
        counted.map_err(|reached| Refusal::TooManySends { retry_at: Some(reached.retry_at) })?;
        let mut tx = self.store.begin(self.practice()).await?;
        let stands = JournalStands {
            practice: self.practice(),
            journal: report.journal,
            kiosk,
            given: report.given,
            waiting: report.waiting,
        };
        let loss = tx.journal_stands(stands, now).await?;
        if loss.newly > 0 {
            tx.log(self.entry(Actor::Kiosk(kiosk), Act::KeptDetailsLost, now)).await?;
        }
        tx.commit().await?;
        if loss.newly > 0 {
            tracing::error!(%kiosk, newly = loss.newly, lost = loss.lost, "registrations that a kiosk kept were lost");
        }
        Ok(JournalSeen { lost: loss.lost })
    }

    /// Says that what lay on a kiosk is lost where it has been silent for longer than anything may lie there.
    pub(crate) async fn give_up_silent_journals(&self) -> Result<usize, StoreError> {
        let now = self.now();
        let mut tx = self.store.begin(self.practice()).await?;
        let silent = tx.give_up_silent_journals(self.practice(), now - KEPT_AT_MOST - SILENCE).await?;
        for kiosk in &silent {
            tx.log(self.entry(Actor::Kiosk(*kiosk), Act::KeptDetailsLost, now)).await?;
            tracing::error!(%kiosk, "registrations that a kiosk kept are lost: it has said nothing since");
        }
        tx.commit().await?;
        Ok(silent.len())
    }

    /// The kiosks' journals, by kiosk.
    pub async fn journals(&self) -> Result<Vec<JournalRow>, StoreError> {
        self.store.journals(self.practice()).await
    }

    /// Keeps that a staff member knows of so many entries that a kiosk's journal lost; more that are lost later are new again.
    pub async fn know_lost(&self, journal: Uuid, lost: u32, staff: ByStaff) -> Result<(), StoreError> {
        let now = self.now();
        let mut tx = self.store.begin(self.practice()).await?;
        if tx.know_lost(self.practice(), journal, lost).await? {
            tx.log(self.entry(Actor::Staff(staff), Act::LostDetailsKnown, now)).await?;
        }
        tx.commit().await
    }

    /// Who was shown this reference, for staff who look for them; nobody where what they gave is kept no more. Each showing is in
    /// the access log.
    pub async fn whose_reference(
        &self,
        reference: &Reference,
        staff: ByStaff,
    ) -> Result<Vec<KeptFor>, StoreError> {
        let mut found = Vec::new();
        for entry in self.store.journal_entries_of(self.practice(), reference).await? {
            if let Some(kept) = self.kept_for(&entry).await? {
                let line = self.entry(Actor::Staff(staff), Act::KeptDetailsShown, self.now());
                let mut tx = self.store.begin(self.practice()).await?;
                tx.log(AccessEntry { registration: entry.registration, ..line }).await?;
                tx.commit().await?;
                found.push(kept);
            }
        }
        Ok(found)
    }

    async fn kept_for(&self, entry: &JournalEntryFound) -> Result<Option<KeptFor>, StoreError> {
        if let Some(id) = entry.registration {
            let registration = self.store.registration(self.practice(), id).await?;
            return Ok(registration.map(|registration| KeptFor::of(&registration.details)));
        }
        let sealed = entry.sealed.as_deref();
        let kept = sealed.and_then(|sealed| self.journal_key.open(entry.id, sealed));
        Ok(kept.map(|kept| KeptFor::typed(&kept.confirmed.details)))
    }

    /// Who waits for a text, or waits in vain, since the details were kept; the oldest first.
    pub async fn journal_entries(&self) -> Result<Vec<JournalEntryListed>, StoreError> {
        self.store.journal_entries(self.practice()).await
    }
}

/// Somebody who was shown a reference while the portal was away. `Debug` is silent.
pub struct KeptFor {
    /// Given name and family name.
    pub name: String,
    /// Day, month and year, as typed, or year, month and day.
    pub date_of_birth: String,
    /// As typed, or with its country.
    pub mobile: String,
    /// `None` where they said that they have none.
    pub email: Option<String>,
}

impl std::fmt::Debug for KeptFor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeptFor")
    }
}

impl KeptFor {
    fn of(details: &Details) -> Self {
        let given = details.name.given.as_ref().map(|given| format!("{} ", given.as_typed()));
        Self {
            name: format!("{}{}", given.unwrap_or_default(), details.name.family.as_typed()),
            date_of_birth: details.date_of_birth.date().to_string(),
            mobile: details.mobile.e164().to_owned(),
            email: details.email.as_ref().map(|email| email.as_str().to_owned()),
        }
    }

    fn typed(details: &TypedDetails) -> Self {
        let given = details.given_name.as_ref().map(|given| format!("{given} "));
        let born = &details.date_of_birth;
        Self {
            name: format!("{}{}", given.unwrap_or_default(), details.family_name),
            date_of_birth: format!("{} {} {}", born.day, born.month, born.year),
            mobile: details.mobile.clone(),
            email: details.email.clone(),
        }
    }
}

/// By the kiosk's clock, which may be wrong: nothing was kept after it came.
fn kept_at(entry: &JournalEntry, now: Timestamp) -> Timestamp {
    DateTime::from_timestamp(entry.kept_at_unix_s, 0).map_or(now, Timestamp::new).min(now)
}
