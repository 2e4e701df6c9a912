//! `docs/flow.md` says what the code does: its table is made here, by trying every move on a sample of every state.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::PathBuf,
};

use chrono::TimeDelta;
use registration::{
    flow::{
        CodeVerdict, CountedTry, Link, LinkVerdict, Moved, NewCode, Promise, Refused, Registration, State,
        StateName, Why,
        figures::LinkLifetime,
        table::{Line, Move},
    },
    secrets::link_token::LinkTokenHash,
    time::Timestamp,
    values::{id_seen::IdSeen, verified::Verified},
};

use crate::support::{at, begun, email, fresh_code, mac, mobile, new_link, password, registration_id, stale};

const BEGIN: &str = "<!-- table of moves: written by cargo test -p registration flow_table -->\n";
const END: &str = "<!-- end of the table of moves -->\n";

const NUMBER: usize = 1;
const CODE: u32 = 42_917;

/// The state's name says which; each kind of data that changes a move's outcome has a sample of its own.
fn samples(name: StateName) -> Vec<Registration> {
    let mobile = Verified::read_back(mobile(NUMBER), at(0));
    let address = Verified::read_back(email("jo@example.com"), at(0));
    let link = Link {
        token_hash: LinkTokenHash::from_row(&[9; 32]).expect("a hash"),
        sent_at: at(0),
        expires_at: at(0) + LinkLifetime::default().span(),
        tries_used: 0,
    };
    let with = |state| {
        let mut registration = begun(registration_id(1), NUMBER, Some("jo@example.com"), CODE, at(0));
        registration.state = state;
        registration
    };
    match name {
        StateName::AwaitingCode => [Some("jo@example.com"), None]
            .map(|email| begun(registration_id(1), NUMBER, email, CODE, at(0)))
            .into(),
        StateName::AwaitingPassword => vec![with(State::AwaitingPassword { mobile })],
        StateName::AwaitingLink => [Some(password()), None]
            .map(|password| {
                with(State::AwaitingLink { mobile: mobile.clone(), password, link: link.clone() })
            })
            .into(),
        StateName::AwaitingTerms => {
            vec![with(State::AwaitingTerms { mobile, email: address, password: password(), link })]
        }
        StateName::Registered => vec![with(State::Registered { mobile, email: address, at: at(0) })],
        StateName::HandedToDesk => vec![with(State::HandedToDesk { mobile })],
        StateName::Expired => vec![with(State::Expired { at: at(0) })],
        StateName::Abandoned => vec![with(State::Abandoned { at: at(0) })],
        StateName::Declined => vec![with(State::Declined { at: at(0) })],
        StateName::Locked => vec![with(State::Locked { at: at(0) })],
        StateName::Superseded => vec![with(State::Superseded { by: registration_id(2), at: at(0) })],
    }
}

/// What came of one attempt.
#[expect(clippy::large_enum_variant, reason = "one lives at a time and is taken apart at once")]
enum Came {
    Moved(Moved),
    Stayed,
    Refused(Refused),
}

impl From<Result<Moved, Refused>> for Came {
    fn from(result: Result<Moved, Refused>) -> Self {
        result.map_or_else(Self::Refused, Self::Moved)
    }
}

/// One attempt: the right secret or a wrong one, on the first try or the last.
fn attempt(registration: Registration, by: Move, right: bool, tries_used: u8, now: Timestamp) -> Came {
    let id = registration.id;
    let counted = CountedTry::committed(tries_used);
    let proof = fresh_code(id, NUMBER, now, if right { TimeDelta::zero() } else { stale() });
    match by {
        Move::CheckCode => {
            let typed = mac(id, NUMBER, if right { CODE } else { CODE + 1 });
            match registration.check_code(&typed, &counted, now) {
                Ok(CodeVerdict::Right(moved)) => Came::Moved(moved),
                Ok(CodeVerdict::Wrong { .. } | CodeVerdict::Expired | CodeVerdict::TriesUsedUp) => {
                    Came::Stayed
                }
                Err(refused) => Came::Refused(refused),
            }
        }
        Move::ResendCode => registration.resend_code(NewCode { mac: mac(id, NUMBER, CODE) }, now).into(),
        Move::ReplaceUnsentCode => {
            registration.replace_unsent_code(NewCode { mac: mac(id, NUMBER, CODE) }, now).into()
        }
        Move::Abandon => registration.abandon(now).into(),
        Move::SetPassword => registration.set_password(password(), new_link(), now).into(),
        Move::ContinueOnPhone => registration.continue_on_phone(new_link(), now).into(),
        Move::SendNewLink => registration.send_new_link(&proof, None, new_link(), now).into(),
        Move::OpenLink => match registration.open_link(right, &counted, now) {
            Ok(LinkVerdict::Right(moved) | LinkVerdict::Locked(moved)) => Came::Moved(moved),
            Ok(LinkVerdict::Wrong { .. }) => Came::Stayed,
            Err(refused) => Came::Refused(refused),
        },
        Move::SetPasswordByLink => registration.set_password_by_link(&proof, password(), now).into(),
        Move::AcceptTerms => registration.accept_terms(now).map(|(moved, _)| moved).into(),
        Move::DeclineTerms => registration.decline_terms(now).into(),
        Move::Expire => registration.expire(now).into(),
        Move::Supersede => registration.supersede(registration_id(2), now).into(),
        Move::SendNewLinkByStaff => registration.send_new_link_by_staff(new_link(), now).into(),
        Move::CorrectEmailByStaff => {
            let seen = right.then_some(IdSeen::Passport);
            registration.correct_email_by_staff(email("zofia@example.com"), new_link(), seen, now).into()
        }
        Move::GiveUpMobileByStaff => {
            registration.give_up_mobile_by_staff(right.then_some(IdSeen::PhotoCard), now).into()
        }
        Move::FinishByStaff => registration.finish_by_staff(IdSeen::KnownToStaff).into(),
        Move::CancelByStaff => registration.cancel_by_staff(now).into(),
    }
}

/// Every attempt of `by` on `from`.
fn attempts(from: StateName, by: Move) -> impl Iterator<Item = (Registration, Came)> {
    let times = [0, 100, 11 * 60, 25 * 60 * 60, 73 * 60 * 60];
    samples(from).into_iter().flat_map(move |sample| {
        [true, false].into_iter().flat_map(move |right| {
            let sample = sample.clone();
            [1, 5, 6].into_iter().flat_map(move |tries| {
                let sample = sample.clone();
                times.map(|second| (sample.clone(), attempt(sample.clone(), by, right, tries, at(second))))
            })
        })
    })
}

fn line(from: StateName, by: Move) -> Line {
    let to: BTreeSet<StateName> = attempts(from, by)
        .filter_map(|(_, came)| match came {
            Came::Moved(moved) => Some(moved.registration.state.name()),
            Came::Stayed | Came::Refused(_) => None,
        })
        .collect();
    Line { from, by, to: to.into_iter().collect() }
}

fn lines() -> Vec<Line> {
    let pairs = StateName::ALL.into_iter().flat_map(|from| Move::ALL.map(|by| (from, by)));
    pairs.map(|(from, by)| line(from, by)).filter(|line| !line.to.is_empty()).collect()
}

fn table() -> String {
    let mut table = String::from("| from | move | to |\n|---|---|---|\n");
    for Line { from, by, to } in lines() {
        let to: Vec<String> = to.iter().map(|state| format!("`{state:?}`")).collect();
        writeln!(table, "| `{from:?}` | `{by:?}` | {} |", to.join(", ")).expect("a string can be written to");
    }
    table
}

#[test]
fn the_document_has_the_table_of_today() {
    let path = PathBuf::from("../../docs/flow.md");
    let document = fs::read_to_string(&path).expect("docs/flow.md").replace("\r\n", "\n");
    let (before, rest) = document.split_once(BEGIN).expect("the line before the table");
    let (found, after) = rest.split_once(END).expect("the line after the table");
    let today = format!("\n{}\n", table());
    if found != today {
        fs::write(&path, [before, BEGIN, &today, END, after].concat()).expect("docs/flow.md can be written");
        panic!("docs/flow.md was out of date. Its table has been written again: read it and commit it");
    }
}

#[test]
fn the_document_names_every_move_and_every_state() {
    let path = PathBuf::from("../../docs/flow.md");
    let document = fs::read_to_string(path).expect("docs/flow.md");
    for name in
        Move::ALL.map(|by| format!("`{by:?}`")).into_iter().chain(StateName::ALL.map(|s| format!("`{s:?}`")))
    {
        assert!(document.contains(&name), "{name}");
    }
}

#[test]
fn a_state_that_has_ended_knows_no_move() {
    for from in StateName::ALL.into_iter().filter(|state| !state.is_open()) {
        for by in Move::ALL {
            for (_, came) in attempts(from, by) {
                let Came::Refused(refused) = came else { panic!("{by:?} from {from:?}") };
                assert_eq!(refused, Refused { from, attempted: by, why: Why::State });
            }
        }
    }
}

#[test]
fn every_refusal_names_the_state_and_the_move() {
    for from in StateName::ALL {
        for by in Move::ALL {
            for (_, came) in attempts(from, by) {
                if let Came::Refused(refused) = came {
                    assert_eq!((refused.from, refused.attempted), (from, by));
                }
            }
        }
    }
}

#[test]
fn every_move_raises_the_version_by_one_and_changes_neither_person_nor_mobile_and_staff_alone_the_email() {
    for from in StateName::ALL {
        for by in Move::ALL {
            for (before, came) in attempts(from, by) {
                let Came::Moved(Moved { registration: after, .. }) = came else { continue };
                assert_eq!(after.version, before.version + 1, "{by:?} from {from:?}");
                assert_eq!(
                    (after.id, after.practice, after.confirmed_at),
                    (before.id, before.practice, before.confirmed_at)
                );
                let mut expected = before.details;
                if by == Move::CorrectEmailByStaff {
                    expected.email = Some(email("zofia@example.com"));
                }
                assert!(after.details == expected, "{by:?} from {from:?}");
            }
        }
    }
}

#[test]
fn each_move_makes_the_promises_that_the_document_says() {
    let mut promises: BTreeMap<(Move, StateName), Vec<String>> = BTreeMap::new();
    for from in StateName::ALL {
        for by in Move::ALL {
            for (_, came) in attempts(from, by) {
                let Came::Moved(moved) = came else { continue };
                let kinds = moved.promises.iter().map(kind).map(str::to_owned).collect();
                let to = moved.registration.state.name();
                let known = promises.entry((by, to)).or_insert_with(|| Vec::clone(&kinds));
                assert_eq!(*known, kinds, "{by:?} to {to:?}");
            }
        }
    }
    let promising: Vec<String> = promises
        .into_iter()
        .filter(|(_, kinds)| !kinds.is_empty())
        .map(|((by, to), kinds)| format!("{by:?} -> {to:?}: {}", kinds.join(", ")))
        .collect();
    assert_eq!(
        promising,
        [
            "CheckCode -> AwaitingPassword: SupersedeOthers",
            "CheckCode -> HandedToDesk: SupersedeOthers, ReviewWithoutEmail",
            "ResendCode -> AwaitingCode: CodeSms",
            "ReplaceUnsentCode -> AwaitingCode: CodeSms",
            "SetPassword -> AwaitingLink: LinkEmail, LinkReminder",
            "ContinueOnPhone -> AwaitingLink: LinkEmail, LinkReminder",
            "SendNewLink -> AwaitingLink: LinkEmail, LinkReminder",
            "AcceptTerms -> Registered: MatchAndAccount",
            "SendNewLinkByStaff -> AwaitingLink: LinkEmail, LinkReminder",
            "FinishByStaff -> HandedToDesk: ReviewWithoutEmail",
        ]
    );
}

const fn kind(promise: &Promise) -> &'static str {
    match promise {
        Promise::CodeSms => "CodeSms",
        Promise::LinkEmail => "LinkEmail",
        Promise::LinkReminder { .. } => "LinkReminder",
        Promise::SupersedeOthers => "SupersedeOthers",
        Promise::ReviewWithoutEmail => "ReviewWithoutEmail",
        Promise::MatchAndAccount => "MatchAndAccount",
    }
}
