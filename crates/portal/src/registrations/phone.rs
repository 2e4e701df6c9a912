//! On the patient's own phone, beginning with a number that is typed and not known to be anybody's. No answer says
//! whether the number is known.

use kiosk_api::problem::{Field, FieldProblem};
use registration::{
    flow::{CodeVerdict, FreshCode, Registration, StateName},
    ids::RegistrationId,
    secrets::code::{Code, CodePurpose},
    time::Timestamp,
    values::{email::EmailAddress, mobile::MobileNumber},
};

use super::{Carried, fresh_code::Verdict};
use crate::{
    Portal,
    refused::{PageRefused, PhoneProof, Refusal},
};

impl Portal {
    /// The code page of those who left the kiosk before the code was right. It takes a resume code as well, as
    /// [`Self::check_resume_code`] takes this one: one entrance, one count. Each call spends one of the number's tries
    /// of the day, whoever's the number is.
    pub async fn check_code_from_phone(&self, mobile: &str, code: &str) -> Result<PhoneProof, PageRefused> {
        self.prove_by_phone(mobile, code).await.map_err(|refusal| self.page_refused(refusal))
    }

    /// The code that [`Self::send_resume_code`] sent.
    pub async fn check_resume_code(&self, mobile: &str, code: &str) -> Result<PhoneProof, PageRefused> {
        self.check_code_from_phone(mobile, code).await
    }

    /// Sends a code to this number if a registration of it is open, and says nothing about whether one is: a resend where
    /// the first code is still awaited, a fresh code after it. Only the newest registration is meant; the one before it
    /// comes up when that one is done.
    pub async fn send_resume_code(&self, mobile: &str) -> Result<(), PageRefused> {
        self.resume(mobile).await.map_err(|refusal| self.page_refused(refusal))
    }

    /// Sets the password on the phone that just proved the mobile, where the kiosk was left before one was set.
    pub async fn set_password_from_phone(
        &self,
        proof: &FreshCode,
        id: RegistrationId,
        typed: &str,
    ) -> Result<Registration, PageRefused> {
        let set = async {
            let registration = self.proven(proof, id).await?;
            let turn = self.hasher.turn().await?;
            self.set_first_password(None, registration, typed, turn).await
        };
        set.await.map_err(|refusal| self.page_refused(refusal))
    }

    /// Sends a new link, to the corrected address if one is given. It counts as a send to the number that asks, so that
    /// one proof cannot address mailbox after mailbox.
    pub async fn send_new_link(
        &self,
        proof: &FreshCode,
        id: RegistrationId,
        corrected_email: Option<&str>,
    ) -> Result<Registration, PageRefused> {
        self.renew_link(proof, id, corrected_email).await.map_err(|refusal| self.page_refused(refusal))
    }

    async fn prove_by_phone(&self, mobile: &str, code: &str) -> Result<PhoneProof, Refusal> {
        let now = self.now();
        let mobile = self.typed_mobile(mobile)?;
        self.count_number(&mobile, now).await?;
        let code = Code::parse_typed(code).map_err(|why| Refusal::Fields(vec![why.into()]))?;
        for registration in self.store.open_registrations_of(self.practice(), mobile.e164()).await? {
            if let Some(registration) = self.proven_by_code(registration, &code, now).await? {
                return Ok(PhoneProof {
                    fresh: FreshCode::checked(registration.id, mobile, now),
                    registration,
                    proven_at: now,
                });
            }
        }
        Err(Refusal::CodeWrong { tries_left: 0 })
    }

    /// The registration, if this is its code. The number's try was counted by the caller; the code's own is here.
    async fn proven_by_code(
        &self,
        registration: Registration,
        code: &Code,
        now: Timestamp,
    ) -> Result<Option<Registration>, Refusal> {
        if registration.state.name() != StateName::AwaitingCode {
            let right = self.is_fresh_code(&registration, CodePurpose::Resume, code, now).await?;
            return Ok((right == Verdict::Right).then_some(registration));
        }
        let Some(counted) =
            self.store.count_code_try(self.practice(), registration.id, CodePurpose::Register).await?
        else {
            return Ok(None);
        };
        let mac =
            self.keys.codes.mac(code, registration.id, CodePurpose::Register, &registration.details.mobile);
        match registration.check_code(&mac, &counted, now)? {
            CodeVerdict::Right(moved) => {
                self.keep(None, StateName::AwaitingCode, moved, Carried::Nothing, now).await.map(Some)
            }
            CodeVerdict::Wrong { .. } | CodeVerdict::Expired | CodeVerdict::TriesUsedUp => Ok(None),
        }
    }

    async fn resume(&self, mobile: &str) -> Result<(), Refusal> {
        let now = self.now();
        let mobile = self.typed_mobile(mobile)?;
        let newest =
            self.store.open_registrations_of(self.practice(), mobile.e164()).await?.into_iter().next();
        let Some(newest) = newest else {
            self.count_number_sends(&mobile, now).await?;
            // As much work as for a number that is known, so that the time says nothing either.
            return Ok(self.promise_decoy(now).await?);
        };
        if let Err(refusal) = self.count_send(&mobile, None, now).await {
            // The practice's day may be used up where the number's is not: then this answers as for any other number.
            self.count_number_sends(&mobile, now).await?;
            tracing::warn!(registration = %newest.id, refusal = ?refusal, "no resume code was sent");
            return Ok(());
        }
        let id = newest.id;
        match self.send_again(newest, now).await {
            Ok(()) => Ok(()),
            // Whoever asks again too early has the code already, or will.
            Err(Refusal::ResendTooSoon { .. } | Refusal::TooManySends { .. } | Refusal::NotInThisState) => {
                tracing::info!(registration = %id, "a resume code was asked for too early");
                Ok(self.promise_decoy(now).await?)
            }
            Err(other) => Err(other),
        }
    }

    async fn send_again(&self, registration: Registration, now: Timestamp) -> Result<(), Refusal> {
        if registration.state.name() != StateName::AwaitingCode {
            return self.send_fresh_code_counted(&registration, CodePurpose::Resume, now).await;
        }
        let (moved, code) = self.resent(registration, now)?;
        self.keep(None, StateName::AwaitingCode, moved, Carried::Code(&code), now).await?;
        Ok(())
    }

    async fn renew_link(
        &self,
        proof: &FreshCode,
        id: RegistrationId,
        corrected: Option<&str>,
    ) -> Result<Registration, Refusal> {
        let now = self.now();
        let corrected = corrected
            .map(EmailAddress::parse)
            .transpose()
            .map_err(|why| Refusal::Fields(vec![FieldProblem { field: Field::Email, code: why.into() }]))?;
        let registration = self.proven(proof, id).await?;
        let mobile = registration.details.mobile.clone();
        let (token, link) = self.new_link(now);
        let moved = registration.send_new_link(proof, corrected, link, now)?;
        self.count_number_sends(&mobile, now).await?;
        self.keep_with_link(None, StateName::AwaitingLink, moved, &token, now).await
    }

    /// The registration, if the proof speaks for it.
    async fn proven(&self, proof: &FreshCode, id: RegistrationId) -> Result<Registration, Refusal> {
        let registration = self.store.registration(self.practice(), id).await?.ok_or(Refusal::NotFound)?;
        if proof.covers(id, &registration.details.mobile, self.now()) {
            Ok(registration)
        } else {
            Err(Refusal::NotInThisState)
        }
    }

    fn typed_mobile(&self, typed: &str) -> Result<MobileNumber, Refusal> {
        MobileNumber::parse(typed, &self.settings.mobile_policy)
            .map_err(|why| Refusal::Fields(vec![FieldProblem { field: Field::Mobile, code: why.into() }]))
    }
}
