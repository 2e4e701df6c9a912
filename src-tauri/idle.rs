//! Are you still there? How long a person may be still before their answers are wiped.

use std::time::Duration;

use kiosk_api::kiosk::Idle;

/// Stillness before the warning, while the patient answers questions.
const PATIENCE: Duration = Duration::from_mins(1);
/// The same where they wait for, or look for, the text message.
const PATIENCE_FOR_MESSAGE: Duration = Duration::from_mins(3);
/// How long the warning stands: WCAG 2.2.1 asks for 20 s at least.
const WARNING: Duration = Duration::from_secs(30);
/// How long a finished screen stands.
const FINISHED: Duration = Duration::from_mins(1);
/// The same where the patient looks for the email before they let go of the reference and the QR code.
const FINISHED_FOR_EMAIL: Duration = Duration::from_mins(3);

/// What the patient is doing, as far as stillness goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    Answering,
    AwaitingMessage,
    LookingForEmail,
    Finished,
}

/// What the clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Show(Idle),
    Wipe,
}

/// Says what stillness of `still` means; both in uptime, which no wall clock can move.
pub(crate) fn judge(doing: Doing, still: Duration) -> Verdict {
    let (quiet, notice) = match doing {
        Doing::Answering => (PATIENCE, WARNING),
        Doing::AwaitingMessage => (PATIENCE_FOR_MESSAGE, WARNING),
        Doing::LookingForEmail => (Duration::ZERO, FINISHED_FOR_EMAIL),
        Doing::Finished => (Duration::ZERO, FINISHED),
    };
    let Some(left) = (quiet + notice).checked_sub(still).filter(|left| !left.is_zero()) else {
        return Verdict::Wipe;
    };
    let seconds_left = u32::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
    Verdict::Show(match doing {
        Doing::LookingForEmail | Doing::Finished => Idle::Clearing { seconds_left },
        Doing::Answering | Doing::AwaitingMessage if still >= quiet => Idle::Warning { seconds_left },
        Doing::Answering | Doing::AwaitingMessage => Idle::Active,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(doing: Doing, still_s: u64, expected: Verdict) {
        assert_eq!(judge(doing, Duration::from_secs(still_s)), expected, "{doing:?} after {still_s} s");
    }

    #[test]
    fn a_still_patient_is_warned_for_thirty_seconds_and_then_wiped() {
        check(Doing::Answering, 59, Verdict::Show(Idle::Active));
        check(Doing::Answering, 60, Verdict::Show(Idle::Warning { seconds_left: 30 }));
        check(Doing::Answering, 89, Verdict::Show(Idle::Warning { seconds_left: 1 }));
        check(Doing::Answering, 90, Verdict::Wipe);
    }

    #[test]
    fn a_patient_who_looks_for_the_text_message_has_three_minutes() {
        check(Doing::AwaitingMessage, 179, Verdict::Show(Idle::Active));
        check(Doing::AwaitingMessage, 180, Verdict::Show(Idle::Warning { seconds_left: 30 }));
        check(Doing::AwaitingMessage, 210, Verdict::Wipe);
    }

    #[test]
    fn a_finished_screen_counts_down_at_once() {
        check(Doing::Finished, 0, Verdict::Show(Idle::Clearing { seconds_left: 60 }));
        check(Doing::Finished, 60, Verdict::Wipe);
    }

    #[test]
    fn a_patient_who_looks_for_the_email_keeps_the_reference_for_three_minutes() {
        check(Doing::LookingForEmail, 0, Verdict::Show(Idle::Clearing { seconds_left: 180 }));
        check(Doing::LookingForEmail, 180, Verdict::Wipe);
    }
}
