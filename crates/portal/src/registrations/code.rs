//! The code, at the kiosk.

use registration::{
    flow::{CodeVerdict, Moved, NewCode, Registration, StateName, figures::TRIES_PER_CODE},
    ids::RegistrationId,
    secrets::code::{Code, CodePurpose},
    time::Timestamp,
};

use super::{AtKiosk, Carried};
use crate::{Portal, refused::Refusal};

impl Portal {
    /// Checks a typed code. What is no code at all counts as a try too.
    pub(crate) async fn check_code(
        &self,
        asked: &AtKiosk<'_>,
        id: RegistrationId,
        typed: &str,
    ) -> Result<Registration, Refusal> {
        let now = self.now();
        let registration = self.registration_of(asked, id).await?;
        if registration.state.name() != StateName::AwaitingCode {
            return Err(Refusal::NotInThisState);
        }
        let counted = self.count_try(&registration, CodePurpose::Register, now).await?;
        let tries_left = TRIES_PER_CODE.saturating_sub(counted.tries_used());
        let code = Code::parse_typed(typed).map_err(|why| Refusal::CodeIllFormed { why, tries_left })?;
        let mac = self.keys.codes.mac(&code, id, CodePurpose::Register, &registration.details.mobile);
        let retry_at = registration.next(now).may_resend_at;
        match registration.check_code(&mac, &counted, now)? {
            CodeVerdict::Right(moved) => {
                self.keep(Some(asked), StateName::AwaitingCode, moved, Carried::Nothing, now).await
            }
            CodeVerdict::Wrong { tries_left } => Err(Refusal::CodeWrong { tries_left }),
            CodeVerdict::Expired => Err(Refusal::CodeExpired),
            CodeVerdict::TriesUsedUp => Err(Refusal::CodeTriesUsedUp { retry_at }),
        }
    }

    /// Sends another code; the old one is dead.
    pub(crate) async fn resend_code(
        &self,
        asked: &AtKiosk<'_>,
        id: RegistrationId,
    ) -> Result<Registration, Refusal> {
        let now = self.now();
        let registration = self.registration_of(asked, id).await?;
        // The gap is asked for before the limits, so that pressing too early spends nothing.
        let (moved, code) = self.resent(registration, now)?;
        let tx = self.begin_with_send(&moved.registration.details.mobile, asked.kiosk, now).await?;
        self.keep_in(tx, Some(asked), StateName::AwaitingCode, moved, Carried::Code(&code), now).await
    }

    /// The move to another code, and the code.
    pub(super) fn resent(
        &self,
        registration: Registration,
        now: Timestamp,
    ) -> Result<(Moved, Code), Refusal> {
        let code = Code::draw(&mut self.rng());
        let mobile = &registration.details.mobile;
        let mac = self.keys.codes.mac(&code, registration.id, CodePurpose::Register, mobile);
        Ok((registration.resend_code(NewCode { mac }, now)?, code))
    }

    /// The number is to be changed: this registration ends.
    pub(crate) async fn abandon(
        &self,
        asked: &AtKiosk<'_>,
        id: RegistrationId,
    ) -> Result<Registration, Refusal> {
        let now = self.now();
        let registration = self.registration_of(asked, id).await?;
        let moved = registration.abandon(now)?;
        self.keep(Some(asked), StateName::AwaitingCode, moved, Carried::Nothing, now).await
    }
}
