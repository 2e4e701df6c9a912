//! Staff at the console and at the glass: who is let in, who may what, and who is out again.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use chrono::TimeDelta;
use kiosk_api::staff::{STAFF_PATH, STAFF_SESSION_HEADER};
use serde_json::{Value, json};
use store::Act;

use crate::desk::{Desk, HOST, Reply, jo, practice};

pub(crate) const MANAGERS: &str = "seven lamps by the quay";
pub(crate) const RECEPTIONISTS: &str = "green kettle";
const WRONG: &str = "not the one at all";

/// A browser: it keeps the cookies that it is given.
#[derive(Default)]
pub(crate) struct Browser {
    cookies: std::collections::BTreeMap<String, String>,
}

impl Browser {
    pub(crate) async fn post(&mut self, desk: &Desk, path: &str, body: &Value) -> Reply {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::post(format!("{STAFF_PATH}{path}"))
            .header(header::HOST, HOST)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, cookies.join("; "));
        let reply = desk.send(request.body(Body::from(body.to_string())).expect("a request")).await;
        for set in reply.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().expect("text");
            let (name, rest) = set.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        reply
    }

    pub(crate) async fn sign_in(&mut self, desk: &Desk, initials: &str, password: &str) -> Reply {
        self.post(desk, "/sign-in", &json!({ "initials": initials, "password": password })).await
    }

    pub(crate) async fn ask(&mut self, desk: &Desk, ask: Value) -> Reply {
        self.post(desk, "/ask", &ask).await
    }

    /// Chooses a password under the link.
    pub(crate) async fn take_up(&mut self, desk: &Desk, link: &str, password: &str) -> Reply {
        let (_, token) = link.split_once("#invitation=").expect("an invitation");
        self.post(desk, "/invitation", &json!({ "token": token, "password": password })).await
    }
}

/// The first manager, signed in.
pub(crate) async fn manager(desk: &Desk) -> Browser {
    let invitation = desk.portal.invite_first_manager("Meera Patel", "MP").await.expect("invited");
    let mut browser = Browser::default();
    browser.take_up(desk, &invitation.link, MANAGERS).await.ok();
    browser
}

/// Somebody of this role whom the manager invited, signed in.
pub(crate) async fn invited(desk: &Desk, by: &mut Browser, initials: &str, role: &str) -> Browser {
    let ask = json!({ "ask": "invite_staff", "name": "Robin Hale", "initials": initials, "role": role });
    let link = by.ask(desk, ask).await.ok()["link"].as_str().expect("a link").to_owned();
    let mut browser = Browser::default();
    browser.take_up(desk, &link, RECEPTIONISTS).await.ok();
    browser
}

/// A manager and a receptionist, `RH`.
pub(crate) async fn with_receptionist() -> (Desk, Browser, Browser) {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    let receptionist = invited(&desk, &mut manager, "RH", "receptionist").await;
    (desk, manager, receptionist)
}

pub(crate) async fn unlock(desk: &Desk, initials: &str, password: &str) -> Reply {
    desk.post("/staff/unlock", &json!({ "initials": initials, "password": password })).await
}

pub(crate) async fn ask_at_glass(desk: &Desk, session: &str, path: &str, ask: Value) -> Reply {
    let request = desk
        .request(axum::http::Method::POST, path, None)
        .header(STAFF_SESSION_HEADER, session)
        .header(header::CONTENT_TYPE, "application/json");
    desk.send(request.body(Body::from(ask.to_string())).expect("a request")).await
}

fn who() -> Value {
    json!({ "ask": "who_am_i" })
}

pub(crate) async fn logged(desk: &Desk, act: Act) -> bool {
    let report = desk.portal.verify_access_log().await.expect("readable");
    assert!(report.faults.is_empty(), "{report:?}");
    desk.store.acted(practice(), act).await.expect("readable")
}

#[tokio::test]
async fn the_first_manager_chooses_a_password_once_and_signs_in_with_it() {
    let desk = Desk::open().await;
    let invitation = desk.portal.invite_first_manager("Meera Patel", "mp").await.expect("invited");
    let mut browser = Browser::default();
    for (password, code) in [("short", "password_too_short"), ("meerapatel", "password_own_details")] {
        let refused = browser.take_up(&desk, &invitation.link, password).await;
        assert_eq!(refused.problem(), "fields_refused");
        assert_eq!(refused.json()["fields"][0]["code"], code);
    }
    let you = browser.take_up(&desk, &invitation.link, MANAGERS).await.ok();
    assert_eq!((you["initials"].as_str(), you["role"].as_str()), (Some("MP"), Some("manager")));
    assert_eq!(browser.ask(&desk, who()).await.ok()["you"]["name"], "Meera Patel");
    let again = Browser::default().take_up(&desk, &invitation.link, WRONG).await;
    assert_eq!(again.problem(), "invitation_not_accepted");
    let mut other = Browser::default();
    assert_eq!(other.sign_in(&desk, "m.p.", MANAGERS).await.ok()["initials"], "MP");
    assert!(desk.portal.invite_first_manager("Somebody Else", "SE").await.is_err(), "managers invite now");
    assert!(logged(&desk, Act::StaffInvitationTakenUp).await && logged(&desk, Act::StaffLetIn).await);
}

#[tokio::test]
async fn an_invitation_that_was_lost_locks_nobody_out_and_its_link_is_dead() {
    let desk = Desk::open().await;
    let lost = desk.portal.invite_first_manager("Meera Patel", "MP").await.expect("invited");
    let newer = desk.portal.invite_first_manager("Meera Patel", "MP").await.expect("invited anew");
    let refused = Browser::default().take_up(&desk, &lost.link, MANAGERS).await;
    assert_eq!(refused.problem(), "invitation_not_accepted");
    desk.pass(TimeDelta::hours(72));
    let late = Browser::default().take_up(&desk, &newer.link, MANAGERS).await;
    assert_eq!(late.problem(), "invitation_not_accepted");
}

#[tokio::test]
async fn what_lets_staff_in_is_a_cookie_that_no_script_reads_and_no_other_site_sends() {
    let desk = Desk::open().await;
    manager(&desk).await;
    let reply = Browser::default().sign_in(&desk, "MP", MANAGERS).await;
    let cookies: Vec<_> = reply.headers.get_all(header::SET_COOKIE).iter().collect();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        let cookie = cookie.to_str().expect("text");
        assert!(cookie.contains("; HttpOnly; SameSite=Strict") && cookie.contains("; Path=/;"), "{cookie}");
    }
    assert_eq!(reply.headers[header::CACHE_CONTROL], "no-store");
    let cross = Request::post(format!("{STAFF_PATH}/sign-in"))
        .header(header::HOST, HOST)
        .header("sec-fetch-site", "cross-site")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({ "initials": "MP", "password": MANAGERS }).to_string()));
    assert_eq!(desk.send(cross.expect("a request")).await.status, StatusCode::FORBIDDEN);
    let as_form = Request::post(format!("{STAFF_PATH}/sign-in"))
        .header(header::HOST, HOST)
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from(json!({ "initials": "MP", "password": MANAGERS }).to_string()));
    assert_eq!(desk.send(as_form.expect("a request")).await.problem(), "malformed_request");
}

#[tokio::test]
async fn whoever_guesses_waits_1_5_15_and_60_minutes_and_locks_the_known_browser_of_nobody() {
    let desk = Desk::open().await;
    let mut known = manager(&desk).await;
    known.post(&desk, "/sign-out", &json!({})).await;
    let mut stranger = Browser::default();
    for _ in 0..4 {
        assert_eq!(stranger.sign_in(&desk, "MP", WRONG).await.problem(), "not_let_in");
    }
    for wait_s in [60, 300, 900, 3600, 3600] {
        let locked = stranger.sign_in(&desk, "MP", WRONG).await;
        assert_eq!((locked.problem().as_str(), &locked.json()["retry_after_s"]), ("locked", &json!(wait_s)));
        assert_eq!(stranger.sign_in(&desk, "MP", MANAGERS).await.problem(), "locked", "the right one, too");
        desk.pass(TimeDelta::seconds(wait_s));
    }
    let attention = known.sign_in(&desk, "MP", MANAGERS).await;
    assert!(attention.status.is_success(), "the desk's own browser");
    assert!(unlock(&desk, "MP", MANAGERS).await.status.is_success(), "and the kiosk");
    stranger.sign_in(&desk, "MP", WRONG).await;
    let attention = known.ask(&desk, json!({ "ask": "attention" })).await.ok();
    assert_eq!(attention["attention"]["locked"], json!(["MP"]), "the practice sees it");
    assert!(logged(&desk, Act::StaffTriesUsedUp).await);
}

#[tokio::test]
async fn colleagues_who_share_the_desks_browser_are_all_known_there() {
    let (desk, mut manager, _) = with_receptionist().await;
    let mut shared = Browser::default();
    for (initials, password) in [("MP", MANAGERS), ("RH", RECEPTIONISTS)] {
        shared.sign_in(&desk, initials, password).await.ok();
    }
    let mut stranger = Browser::default();
    for _ in 0..5 {
        stranger.sign_in(&desk, "MP", WRONG).await;
    }
    assert_eq!(stranger.sign_in(&desk, "MP", MANAGERS).await.problem(), "locked");
    shared.sign_in(&desk, "MP", MANAGERS).await.ok();
    // A cookie that somebody made up is no browser that we know.
    stranger.cookies.insert("staff-browser".to_owned(), "A".repeat(64));
    assert_eq!(stranger.sign_in(&desk, "MP", MANAGERS).await.problem(), "locked");
    manager.ask(&desk, who()).await.ok();
}

#[tokio::test]
async fn strangers_at_the_sign_in_keep_no_patient_waiting() {
    let desk = Desk::open().await;
    manager(&desk).await;
    let knocks =
        (0..20).map(|n| {
            let desk = &desk;
            async move {
                Browser::default().sign_in(desk, &format!("Q{}", n % 10), "who knows what").await.problem()
            }
        });
    let details = jo();
    let (answers, kept) = tokio::join!(futures::future::join_all(knocks), desk.linked(&details));
    assert!(answers.iter().any(|answer| answer == "busy"), "{answers:?}");
    assert!(answers.iter().all(|answer| answer == "busy" || answer == "not_let_in"), "{answers:?}");
    assert_eq!(desk.state(&kept).await, "awaiting_link");
}

#[tokio::test]
async fn over_https_no_other_host_and_no_plain_connection_can_set_what_lets_staff_in() {
    let desk = Desk::open().await;
    manager(&desk).await;
    let settings =
        portal::PracticeSettings { public_origin: format!("https://{HOST}"), ..crate::desk::settings() };
    let beside = desk.beside(&crate::desk::MASTER, settings, std::sync::Arc::new(desk.email.clone()));
    let sign_in = Request::post(format!("{STAFF_PATH}/sign-in"))
        .header(header::HOST, HOST)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({ "initials": "MP", "password": MANAGERS }).to_string()));
    let reply = crate::desk::send(beside.router(), sign_in.expect("a request")).await;
    assert!(reply.status.is_success());
    for cookie in reply.headers.get_all(header::SET_COOKIE) {
        let cookie = cookie.to_str().expect("text");
        assert!(cookie.starts_with("__Host-staff") && cookie.ends_with("; Secure"), "{cookie}");
    }
}

#[tokio::test]
async fn the_count_of_wrong_tries_survives_a_restart_and_a_right_one_ends_it() {
    let mut desk = Desk::open().await;
    manager(&desk).await;
    for _ in 0..4 {
        unlock(&desk, "MP", WRONG).await;
    }
    desk.restart().await;
    assert_eq!(unlock(&desk, "MP", WRONG).await.problem(), "locked");
    desk.pass(TimeDelta::minutes(1));
    unlock(&desk, "MP", MANAGERS).await.ok();
    for _ in 0..4 {
        assert_eq!(unlock(&desk, "MP", WRONG).await.problem(), "not_let_in");
    }
}

#[tokio::test]
async fn a_child_at_the_staff_button_uses_up_nobodys_tries() {
    let desk = Desk::open().await;
    manager(&desk).await;
    for typed in ["", "k", "qwerty", "1234567"] {
        for initials in ["MP", "QW", "", "x!"] {
            assert_eq!(unlock(&desk, initials, typed).await.problem(), "not_let_in", "{initials} {typed}");
        }
    }
    for _ in 0..4 {
        assert_eq!(unlock(&desk, "MP", WRONG).await.problem(), "not_let_in");
    }
    unlock(&desk, "MP", MANAGERS).await.ok();
}

#[tokio::test]
async fn a_session_of_one_place_is_none_at_another() {
    let (mut desk, _, mut receptionist) = with_receptionist().await;
    let unlocked = unlock(&desk, "RH", RECEPTIONISTS).await.ok();
    let session = unlocked["session"].as_str().expect("a session");
    ask_at_glass(&desk, session, "/staff/ask", who()).await.ok();
    let other = desk.portal.enrol_kiosk("Side desk").await.expect("enrolled").expose().to_owned();
    desk.credential = other;
    assert_eq!(ask_at_glass(&desk, session, "/staff/ask", who()).await.problem(), "not_signed_in");
    let mut thief = Browser::default();
    thief.cookies.insert("staff".to_owned(), session.to_owned());
    assert_eq!(thief.ask(&desk, who()).await.problem(), "not_signed_in");
    let cookie = receptionist.cookies["staff"].clone();
    assert_eq!(ask_at_glass(&desk, &cookie, "/staff/ask", who()).await.problem(), "not_signed_in");
    receptionist.ask(&desk, who()).await.ok();
}

#[tokio::test]
async fn a_locked_kiosk_answers_nobody_any_more() {
    let (desk, ..) = with_receptionist().await;
    let session = unlock(&desk, "RH", RECEPTIONISTS).await.ok()["session"].as_str().expect("one").to_owned();
    let locked = ask_at_glass(&desk, &session, "/staff/lock", json!({})).await;
    assert_eq!(locked.status, StatusCode::NO_CONTENT);
    assert_eq!(ask_at_glass(&desk, &session, "/staff/ask", who()).await.problem(), "not_signed_in");
    assert!(logged(&desk, Act::StaffLetOut).await);
}

#[tokio::test]
async fn admin_mode_that_was_left_open_ends_by_itself_and_so_does_a_console() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let session = unlock(&desk, "RH", RECEPTIONISTS).await.ok()["session"].as_str().expect("one").to_owned();
    desk.pass(TimeDelta::minutes(4));
    // What a screen asks by itself keeps nobody in.
    let by_itself = json!({ "ask": "today", "search": "", "by_itself": true });
    ask_at_glass(&desk, &session, "/staff/ask", by_itself.clone()).await.ok();
    ask_at_glass(&desk, &session, "/staff/ask", json!({ "ask": "attention" })).await.ok();
    desk.pass(TimeDelta::minutes(1));
    assert_eq!(ask_at_glass(&desk, &session, "/staff/ask", who()).await.problem(), "not_signed_in");
    for _ in 0..2 {
        desk.pass(TimeDelta::minutes(20));
        receptionist.ask(&desk, who()).await.ok();
    }
    desk.pass(TimeDelta::minutes(29));
    receptionist.ask(&desk, by_itself).await.ok();
    desk.pass(TimeDelta::minutes(1));
    assert_eq!(receptionist.ask(&desk, who()).await.problem(), "not_signed_in");
    receptionist.ask(&desk, json!({ "ask": "attention" })).await.ok();
    desk.pass(TimeDelta::hours(11));
    let over = receptionist.ask(&desk, json!({ "ask": "attention" })).await;
    assert_eq!(over.problem(), "not_signed_in", "a console rings for a shift and no longer");
}

#[tokio::test]
async fn whoever_is_removed_is_out_everywhere_at_once() {
    let (desk, mut manager, mut receptionist) = with_receptionist().await;
    let session = unlock(&desk, "RH", RECEPTIONISTS).await.ok()["session"].as_str().expect("one").to_owned();
    let id = receptionist.ask(&desk, who()).await.ok()["you"]["id"].clone();
    let left = manager.ask(&desk, json!({ "ask": "remove_staff", "id": id })).await.ok();
    assert_eq!(left["members"].as_array().map(Vec::len), Some(1));
    assert_eq!(receptionist.ask(&desk, who()).await.problem(), "not_signed_in");
    assert_eq!(ask_at_glass(&desk, &session, "/staff/ask", who()).await.problem(), "not_signed_in");
    assert_eq!(receptionist.sign_in(&desk, "RH", RECEPTIONISTS).await.problem(), "not_let_in");
    assert_eq!(manager.ask(&desk, json!({ "ask": "remove_staff", "id": id })).await.problem(), "not_found");
}

#[tokio::test]
async fn a_new_invitation_ends_the_password_there_was() {
    let (desk, mut manager, mut receptionist) = with_receptionist().await;
    let id = receptionist.ask(&desk, who()).await.ok()["you"]["id"].clone();
    let link =
        manager.ask(&desk, json!({ "ask": "invite_staff_again", "id": id })).await.ok()["link"].clone();
    assert_eq!(receptionist.ask(&desk, who()).await.problem(), "not_signed_in");
    assert_eq!(receptionist.sign_in(&desk, "RH", RECEPTIONISTS).await.problem(), "not_let_in");
    receptionist.take_up(&desk, link.as_str().expect("a link"), "another kettle").await.ok();
    receptionist.sign_in(&desk, "RH", "another kettle").await.ok();
}

#[tokio::test]
async fn the_last_manager_cannot_leave_and_of_two_who_remove_each_other_one_stays() {
    let desk = Desk::open().await;
    let mut first = manager(&desk).await;
    let id = |you: Value| you["you"]["id"].clone();
    let of_first = id(first.ask(&desk, who()).await.ok());
    let removing = |id: &Value| json!({ "ask": "remove_staff", "id": id });
    assert_eq!(first.ask(&desk, removing(&of_first)).await.problem(), "last_manager");
    let mut second = invited(&desk, &mut first, "SM", "manager").await;
    let of_second = id(second.ask(&desk, who()).await.ok());
    let (one, other) =
        tokio::join!(first.ask(&desk, removing(&of_second)), second.ask(&desk, removing(&of_first)));
    assert_eq!([one, other].iter().filter(|reply| reply.status.is_success()).count(), 1);
}

#[tokio::test]
async fn what_is_wrong_with_an_invitation_is_said_field_by_field() {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    let invite = |name: &str, initials: &str| json!({ "ask": "invite_staff", "name": name, "initials": initials, "role": "it" });
    let refused = manager.ask(&desk, invite("\u{202E}evil", "1")).await;
    let fields = refused.json()["fields"].clone();
    assert_eq!(
        fields,
        json!([
            { "field": "staff_name", "code": "name_character_refused" },
            { "field": "initials", "code": "initials_malformed" },
        ])
    );
    let taken = manager.ask(&desk, invite("Mo Park", "m.p.")).await;
    assert_eq!(taken.json()["fields"], json!([{ "field": "initials", "code": "initials_taken" }]));
}
