//! What the window asks for a staff member. The session stays on this side.

use std::{sync::Arc, time::Duration};

use kiosk_api::staff::{
    StaffSignIn, StaffSignedIn, StaffUnlocked,
    answer::StaffAnswer,
    ask::StaffAsk,
    problem::{StaffProblem, StaffProblemCode},
    vouching::{AskToUnlock, UnlockAnswer, UnlockAsk, UnlockAsked, UnlockDigits, UnlockStands},
};
use tauri::{AppHandle, State};
use zeroize::Zeroizing;

use crate::{
    admin::{Asking, Knocked, Session},
    kiosk::{Kiosk, Ready},
    visit::Visit,
    window,
};

type Answer<T> = Result<T, StaffProblem>;

const fn problem(code: StaffProblemCode) -> StaffProblem {
    StaffProblem::new(code)
}

async fn ready(kiosk: &Kiosk) -> Answer<Arc<Ready>> {
    kiosk.ready().await.map_err(|_| problem(StaffProblemCode::PortalUnreachable))
}

#[tauri::command]
pub(crate) async fn unlock(
    initials: String,
    password: String,
    kiosk: State<'_, Arc<Kiosk>>,
) -> Answer<StaffSignedIn> {
    let knocked = kiosk.admin.knock();
    let mut sign_in = StaffSignIn { initials, password };
    let ready = ready(&kiosk).await?;
    let answer = ready.client.unlock(&sign_in).await;
    drop(Zeroizing::new(std::mem::take(&mut sign_in.password)));
    let_in(&kiosk, knocked, answer?)
}

fn let_in(kiosk: &Arc<Kiosk>, knocked: Knocked, unlocked: StaffUnlocked) -> Answer<StaffSignedIn> {
    match kiosk.admin.unlock(knocked, Zeroizing::new(unlocked.session), kiosk.clock.uptime()) {
        // The portal has ended the one before: at a kiosk one staff member at a time is let in.
        Ok(_) => Ok(unlocked.signed_in),
        Err(too_late) => {
            tell_locked(kiosk, Some(too_late));
            Err(problem(StaffProblemCode::NotSignedIn))
        }
    }
}

/// Nobody types a password before watching eyes: a colleague at the desk lets them in.
#[tauri::command]
pub(crate) async fn ask_to_unlock(initials: String, kiosk: State<'_, Arc<Kiosk>>) -> Answer<UnlockDigits> {
    let knocked = kiosk.admin.knock();
    let asked = ready(&kiosk).await?.client.ask_to_unlock(&AskToUnlock { initials }).await?;
    let UnlockAsked { token, digits, lives_s } = asked;
    let until = kiosk.clock.uptime() + Duration::from_secs(lives_s.into());
    kiosk.admin.asks(Asking { knocked, token: Zeroizing::new(token), until });
    Ok(UnlockDigits { digits, lives_s })
}

/// Whether somebody has.
#[tauri::command]
pub(crate) async fn unlock_stands(kiosk: State<'_, Arc<Kiosk>>) -> Answer<UnlockStands> {
    let Some(Asking { knocked, token, until: _ }) = kiosk.admin.asking(kiosk.clock.uptime()) else {
        return Ok(UnlockStands::NotLetIn);
    };
    let ask = UnlockAsk { token: token.to_string() };
    match ready(&kiosk).await?.client.unlock_answer(&ask).await? {
        UnlockAnswer::Waiting => Ok(UnlockStands::Waiting),
        UnlockAnswer::NotLetIn => Ok(UnlockStands::NotLetIn),
        UnlockAnswer::LetIn { unlocked } => {
            let_in(&kiosk, knocked, unlocked).map(|you| UnlockStands::LetIn { you })
        }
    }
}

#[tauri::command]
pub(crate) async fn ask_staff(
    ask: StaffAsk,
    app: AppHandle,
    kiosk: State<'_, Arc<Kiosk>>,
) -> Answer<StaffAnswer> {
    let by_itself = matches!(
        ask,
        StaffAsk::Attention | StaffAsk::Today { by_itself: true, .. } | StaffAsk::Kiosks { by_itself: true }
    );
    let session = kiosk.admin.session(!by_itself, kiosk.clock.uptime());
    let session = session.ok_or(problem(StaffProblemCode::NotSignedIn))?;
    let answer = ready(&kiosk).await?.client.ask_staff(&session, &ask).await;
    // What comes after the kiosk was locked would reach a patient.
    if !kiosk.admin.is_open_for(&session, kiosk.clock.uptime()) {
        return Err(problem(StaffProblemCode::NotSignedIn));
    }
    match &answer {
        Ok(_) => {
            kiosk.note_helped(&ask);
            if matches!(ask, StaffAsk::RunKiosk { .. }) {
                kiosk.wanted.ask_anew();
            }
        }
        Err(StaffProblem { code: StaffProblemCode::NotSignedIn, .. }) => {
            window::wipe(&app, &kiosk, kiosk.end());
        }
        Err(_) => {}
    }
    answer
}

/// `resume`: the patient who was at the glass goes on; otherwise everything is wiped.
#[tauri::command]
pub(crate) async fn lock(resume: bool, app: AppHandle, kiosk: State<'_, Arc<Kiosk>>) -> Answer<()> {
    let session = kiosk.admin.lock();
    tell_locked(&kiosk, session);
    let resumed = resume && kiosk.with_visit(Visit::touched).is_ok();
    if !resumed {
        window::wipe(&app, &kiosk, kiosk.end());
    }
    Ok(())
}

/// Tells the portal that the kiosk is locked. If it cannot be told, the session ends there by itself.
pub(crate) fn tell_locked(kiosk: &Arc<Kiosk>, session: Option<Session>) {
    let Some(session) = session else { return };
    let kiosk = Arc::clone(kiosk);
    tauri::async_runtime::spawn(async move {
        if let Ok(ready) = kiosk.ready().await
            && let Err(problem) = ready.client.lock(&session).await
        {
            tracing::warn!(code = ?problem.code, "the portal was not told that the kiosk is locked");
        }
    });
}
