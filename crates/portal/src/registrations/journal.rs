//! "These are right", as it was said while the portal was away: a registration begins with what a kiosk kept.

use axum::http::StatusCode;
use chrono::TimeDelta;
use kiosk_api::{journal::KeptDetails, registration::RegistrationView};
use registration::{
    flow::{NewCode, StateName},
    ids::RegistrationId,
    secrets::code::{Code, CodePurpose},
    values::{details::Details, language::Language},
};
use store::{Actor, Answered, Claim, JournalEntryRow};
use zeroize::Zeroizing;

use super::{Carried, confirm::as_typed, view};
use crate::{Portal, refused::Refusal};

/// The route whose request was not answered.
pub(crate) const CONFIRM_ROUTE: &str = "POST /registrations";

/// When it is looked whether the text has gone.
const LOOK_AFTER: TimeDelta = TimeDelta::seconds(2);

/// What became of an entry that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FromJournal {
    /// A registration belongs to it: a new one, or that of the request, which was done after all.
    Begun,
    /// The request is being done at this moment.
    UnderWay,
    /// Its details are not ones that this portal takes.
    Refused,
}

impl Portal {
    /// Begins with what the kiosk kept, as the request would have: under its idempotency key, so that of the two one begins.
    /// Only the number and the practice are counted; the kiosk counted by itself.
    pub(crate) async fn begin_from_journal(
        &self,
        entry: &JournalEntryRow,
        kept: &KeptDetails,
    ) -> Result<FromJournal, Refusal> {
        let now = self.now();
        let typed = &kept.confirmed;
        let details = Details::parse(&as_typed(&typed.details), &self.settings.mobile_policy, now.day());
        let (Ok(details), Some(language)) = (details, Language::parse(&typed.language)) else {
            return Ok(FromJournal::Refused);
        };
        let (practice, kiosk, key) = (self.practice(), entry.kiosk, kept.request_key.as_str());
        let before = self.store.answered(practice, kiosk, CONFIRM_ROUTE, key).await?;
        if let Some(registration) = before.as_ref().and_then(registration_in) {
            let mut tx = self.store.begin(practice).await?;
            tx.begin_from_journal(entry, registration, now).await?;
            self.commit(tx).await?;
            return Ok(FromJournal::Begun);
        }
        // A refusal was never heard, and the patient was promised a text: it is asked anew, under no key.
        let refused = before.is_some_and(|before| before.body.is_some());

        self.count_send_from_journal(&details.mobile, now).await?;
        let (moved, code) = self.begun(details, language, entry.reference.clone(), now);
        let mut tx = self.store.begin(practice).await?;
        tx.begin_from_journal(entry, moved.registration.id, now + LOOK_AFTER).await?;
        if !refused {
            let claim = Claim { practice, kiosk, route: CONFIRM_ROUTE, key };
            let body = Zeroizing::new(serde_json::to_vec(typed).expect("what was read can be written"));
            if !tx.claim_answer(claim, &self.fingerprint(&[&body]), now).await? {
                return Ok(FromJournal::UnderWay);
            }
            let answer = view::body(&moved.registration, now);
            tx.keep_answer(claim, StatusCode::CREATED.as_u16(), &answer).await?;
        }
        self.write_beginning(&mut tx, (kiosk, Actor::PatientAt(kiosk)), &moved, Carried::Code(&code), now)
            .await?;
        self.commit(tx).await?;
        Ok(FromJournal::Begun)
    }

    /// Promises another code where none ever went. The send was counted when it was promised first.
    pub(crate) async fn replace_unsent_code(&self, id: RegistrationId) -> Result<(), Refusal> {
        let now = self.now();
        let registration = self.store.registration(self.practice(), id).await?.ok_or(Refusal::NotFound)?;
        let code = Code::draw(&mut self.rng());
        let mobile = &registration.details.mobile;
        let mac = self.keys.codes.mac(&code, id, CodePurpose::Register, mobile);
        let moved = registration.replace_unsent_code(NewCode { mac }, now)?;
        self.keep(None, StateName::AwaitingCode, moved, Carried::Code(&code), now).await?;
        Ok(())
    }
}

/// The one that an answer tells of, if it is a success.
fn registration_in(answered: &Answered) -> Option<RegistrationId> {
    if answered.status != StatusCode::CREATED.as_u16() {
        return None;
    }
    let view: RegistrationView = serde_json::from_str(answered.body.as_deref()?).ok()?;
    Some(RegistrationId(view.id))
}
