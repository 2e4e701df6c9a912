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

use store::CountedOnNumber;

use super::{Carried, fresh_code::Verdict};
use crate::{
    Portal,
    refused::{PageRefused, PhoneProof, Refusal},
};

impl Portal {
    /// The code page of those who left the kiosk before the code was right. It takes a resume code as well, as
    /// [`Self::check_resume_code`] takes this one: one entrance, one count. Each call spends one of this entrance's tries on
    /// the number, whoever's the number is.
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
        let code = match Code::parse_typed(code) {
            Ok(code) => code,
            Err(why) => {
                self.count_check_by_phone(&mobile, now).await?;
                return Err(Refusal::Fields(vec![why.into()]));
            }
        };
        let counted = self.count_tries_by_phone(&mobile, now).await?;
        if counted.is_empty() {
            // As much work as where a code is awaited, so that the time says nothing either.
            self.store.registration(self.practice(), RegistrationId::draw(now, &mut self.rng())).await?;
        }
        for tried in counted {
            if let Some(registration) = self.proven_by_code(&tried, &code, now).await? {
                return Ok(PhoneProof {
                    fresh: FreshCode::checked(registration.id, mobile, now),
                    registration,
                    proven_at: now,
                });
            }
        }
        Err(Refusal::CodeWrong { tries_left: 0 })
    }

    /// The registration, if this is its code.
    async fn proven_by_code(
        &self,
        tried: &CountedOnNumber,
        code: &Code,
        now: Timestamp,
    ) -> Result<Option<Registration>, Refusal> {
        let Some(registration) = self.store.registration(self.practice(), tried.registration).await? else {
            return Ok(None);
        };
        if tried.purpose != CodePurpose::Register {
            let right = self.is_fresh_code(&registration, tried.purpose, code, &tried.counted, now).await?;
            return Ok((right == Verdict::Right).then_some(registration));
        }
        let mac = self.keys.codes.mac(code, registration.id, tried.purpose, &registration.details.mobile);
        match registration.check_code(&mac, &tried.counted, now)? {
            CodeVerdict::Right(moved) => {
                self.keep(None, StateName::AwaitingCode, moved, Carried::Nothing, now).await.map(Some)
            }
            CodeVerdict::Wrong { .. } | CodeVerdict::Expired | CodeVerdict::TriesUsedUp => Ok(None),
        }
    }

    async fn resume(&self, mobile: &str) -> Result<(), Refusal> {
        let now = self.now();
        let mobile = self.typed_mobile(mobile)?;
        self.count_send_by_phone(&mobile, now).await?;
        let newest =
            self.store.open_registrations_of(self.practice(), mobile.e164()).await?.into_iter().next();
        let sent = match newest {
            Some(newest) => self.send_again_within_limits(newest, now).await,
            // As much work as for a number that is known, so that the time says nothing either.
            None => self.count_number_sends(&mobile, now).await.and(Err(Refusal::NotFound)),
        };
        match sent {
            Ok(()) => Ok(()),
            // Nobody is there; or they have the code already, or will; or the number has had its share elsewhere.
            Err(
                refusal @ (Refusal::NotFound
                | Refusal::ResendTooSoon { .. }
                | Refusal::TooManySends { .. }
                | Refusal::NotInThisState),
            ) => {
                tracing::info!(?refusal, "no resume code was sent");
                Ok(self.promise_decoy(now).await?)
            }
            Err(other) => Err(other),
        }
    }

    async fn send_again_within_limits(
        &self,
        registration: Registration,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.count_send(&registration.details.mobile, now).await?;
        self.send_again(registration, now).await
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
        let (token, link) = self.new_link();
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
