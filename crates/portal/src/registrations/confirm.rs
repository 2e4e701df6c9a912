//! "These are right": a registration begins.

use kiosk_api::{details::TypedDetails, problem::FieldProblem};
use registration::{
    flow::{Confirmed, Moved, NewCode, Registration},
    ids::RegistrationId,
    secrets::{
        code::{Code, CodePurpose},
        reference::Reference,
    },
    time::Timestamp,
    values::{
        details::{self, Details},
        language::Language,
    },
};

use super::{AtKiosk, Carried};
use crate::{Portal, refused::Refusal};

impl Portal {
    /// Understands every field, counts the code about to be sent, and begins.
    pub(crate) async fn confirm(
        &self,
        asked: &AtKiosk<'_>,
        typed: &TypedDetails,
        language: Language,
    ) -> Result<Registration, Refusal> {
        let now = self.now();
        let details = Details::parse(&as_typed(typed), &self.settings.mobile_policy, now.day())
            .map_err(|refused| Refusal::Fields(refused.into_iter().map(FieldProblem::from).collect()))?;
        let tx = self.begin_with_send(&details.mobile, asked.kiosk, now).await?;
        let reference = Reference::draw(&mut self.rng());
        let (moved, code) = self.begun(details, language, reference, now);
        self.begin_registration(tx, asked, moved, Carried::Code(&code), now).await
    }

    /// The move that begins, and its code.
    pub(crate) fn begun(
        &self,
        details: Details,
        language: Language,
        reference: Reference,
        now: Timestamp,
    ) -> (Moved, Code) {
        let mut rng = self.rng();
        let id = RegistrationId::draw(now, &mut rng);
        let code = Code::draw(&mut rng);
        let mac = self.keys.codes.mac(&code, id, CodePurpose::Register, &details.mobile);
        let practice = self.practice();
        let confirmed = Confirmed { id, practice, reference, language, details, code: NewCode { mac } };
        (confirmed.begin(now), code)
    }
}

pub(super) fn as_typed(typed: &TypedDetails) -> details::TypedDetails<'_> {
    details::TypedDetails {
        given: typed.given_name.as_deref(),
        family: &typed.family_name,
        day: &typed.date_of_birth.day,
        month: &typed.date_of_birth.month,
        year: &typed.date_of_birth.year,
        email: typed.email.as_deref(),
        mobile: &typed.mobile,
    }
}
