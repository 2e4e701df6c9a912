//! What a kiosk may know of a registration.

use kiosk_api::registration::{NextAction, RegistrationState, RegistrationView};
use registration::{
    flow::{Registration, StateName},
    time::Timestamp,
};

use crate::Portal;

impl Portal {
    /// Nothing personal, nothing secret, and nothing of whether the practice knows the person.
    #[must_use]
    pub fn view(&self, registration: &Registration) -> RegistrationView {
        view(registration, self.now())
    }
}

/// The same as it is sent and kept.
pub(super) fn body(registration: &Registration, now: Timestamp) -> String {
    serde_json::to_string(&view(registration, now)).expect("a view has only plain fields")
}

fn view(registration: &Registration, now: Timestamp) -> RegistrationView {
    let next = registration.next(now);
    RegistrationView {
        id: registration.id.0,
        reference: registration.reference.as_str().to_owned(),
        state: state(registration.state.name()),
        next: NextAction {
            may_resend_in_s: next.may_resend_at.map(|at| now.seconds_until(at)),
            may_check_in_s: next.may_check_at.map(|at| now.seconds_until(at)),
            tries_left: next.tries_left,
        },
    }
}

/// A state as it is told.
pub(crate) const fn state(name: StateName) -> RegistrationState {
    match name {
        StateName::AwaitingCode => RegistrationState::AwaitingCode,
        StateName::AwaitingPassword => RegistrationState::AwaitingPassword,
        StateName::AwaitingLink => RegistrationState::AwaitingLink,
        StateName::AwaitingTerms => RegistrationState::AwaitingTerms,
        StateName::Registered => RegistrationState::Registered,
        StateName::HandedToDesk => RegistrationState::HandedToDesk,
        StateName::Expired => RegistrationState::Expired,
        StateName::Abandoned => RegistrationState::Abandoned,
        StateName::Declined => RegistrationState::Declined,
        StateName::Locked => RegistrationState::Locked,
        StateName::Superseded => RegistrationState::Superseded,
    }
}
