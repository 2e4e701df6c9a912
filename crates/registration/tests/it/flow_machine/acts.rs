//! Which acts are tried, and how often each.

use proptest::prelude::*;
use registration::flow::StateName;

use super::model::{Act, DAY, HOUR, Proof, Typed};

/// Acts that this state is there for, and the clock.
pub(super) fn expected_acts(state: StateName) -> BoxedStrategy<Act> {
    match state {
        StateName::AwaitingCode => prop_oneof![
            2 => Just(Act::Check { typed: Typed::Right }),
            4 => Just(Act::Check { typed: Typed::Wrong }),
            5 => Just(Act::Resend),
            2 => Just(Act::StepClock { seconds: 60 }),
            5 => Just(Act::StepClock { seconds: 600 }),
        ]
        .boxed(),
        StateName::AwaitingPassword => {
            prop_oneof![Just(Act::SetPassword), Just(Act::ContinueOnPhone)].boxed()
        }
        StateName::AwaitingLink => prop_oneof![
            1 => Just(Act::OpenLink { right: true }),
            6 => Just(Act::OpenLink { right: false }),
            1 => Just(Act::SetPasswordByLink { proof: Proof::Fresh }),
            1 => Just(Act::SendNewLink { proof: Proof::Fresh, corrected: true }),
        ]
        .boxed(),
        StateName::AwaitingTerms => prop_oneof![
            2 => Just(Act::AcceptTerms),
            1 => Just(Act::DeclineTerms),
            3 => any::<bool>().prop_map(|right| Act::OpenLink { right }),
        ]
        .boxed(),
        _ => any_act(),
    }
}

pub(super) fn any_act() -> BoxedStrategy<Act> {
    let proof = prop::sample::select(vec![
        Proof::Fresh,
        Proof::TooOld,
        Proof::FromTheFuture,
        Proof::OfAnotherRegistration,
        Proof::OfAnotherNumber,
    ]);
    let steps = [1, 59, 60, 120, 300, 600, HOUR, DAY - 1, DAY, 3 * DAY, -1, -60, -HOUR, -DAY, -3 * DAY];
    prop_oneof![
        3 => prop::sample::select(vec![Typed::Right, Typed::Wrong, Typed::Older]).prop_map(|typed| Act::Check { typed }),
        2 => Just(Act::Resend),
        1 => Just(Act::Abandon),
        1 => Just(Act::SetPassword),
        1 => Just(Act::ContinueOnPhone),
        1 => (proof.clone(), any::<bool>()).prop_map(|(proof, corrected)| Act::SendNewLink { proof, corrected }),
        1 => any::<bool>().prop_map(|right| Act::OpenLink { right }),
        1 => proof.prop_map(|proof| Act::SetPasswordByLink { proof }),
        1 => Just(Act::AcceptTerms),
        1 => Just(Act::DeclineTerms),
        1 => Just(Act::Expire),
        1 => (0..8_usize).prop_map(|by| Act::Supersede { by }),
        1 => prop::sample::select(vec![Act::SendNewLinkByStaff, Act::FinishByStaff, Act::CancelByStaff]),
        1 => any::<bool>().prop_map(|seen| Act::CorrectEmailByStaff { seen }),
        1 => any::<bool>().prop_map(|seen| Act::GiveUpMobileByStaff { seen }),
        3 => prop::sample::select(steps.to_vec()).prop_map(|seconds| Act::StepClock { seconds }),
        1 => Just(Act::Restart),
    ]
    .boxed()
}

pub(super) fn confirm() -> BoxedStrategy<Act> {
    (prop::sample::select(vec![0, 0, 0, 1]), prop::bool::weighted(0.8))
        .prop_map(|(number, email)| Act::Confirm { number, email })
        .boxed()
}
