//! What the window may ask for. Thin: rules live in `registration`, the rest in the portal.

use std::sync::Arc;

use kiosk_api::{
    details::{EmailCheck, TypedDate, TypedDetails},
    kiosk::{DoneCard, Idle, KioskStatus, Pulse},
    problem::{FieldProblem, Problem, ProblemCode},
    registration::{
        AskDesk, CheckCode, ConfirmDetails, Confirmation, DeskReason, DeskReference, HelpStands,
        RegistrationView, SetPassword,
    },
};
use machine::system_rng;
use registration::{
    secrets::{reference::Reference, words},
    time::Clock as _,
    values::{
        date_of_birth::DateOfBirth,
        details::{Field, FieldRefused, Why},
        email::EmailAddress,
        mobile::MobileNumber,
        name::NamePart,
    },
};
use tauri::{AppHandle, State, WebviewWindow};
use zeroize::Zeroizing;

use crate::{confirming, kiosk::Kiosk, qr, remote, visit::Visit, window};

type Answer<T> = Result<T, Problem>;

fn refuse(refused: impl IntoIterator<Item = FieldRefused>) -> Answer<()> {
    let fields: Vec<FieldProblem> = refused.into_iter().map(FieldProblem::from).collect();
    if fields.is_empty() { Ok(()) } else { Err(Problem::fields(fields)) }
}

#[tauri::command]
pub(crate) async fn status(kiosk: State<'_, Arc<Kiosk>>) -> Answer<KioskStatus> {
    Ok(kiosk.status())
}

#[tauri::command]
pub(crate) async fn painted(window: WebviewWindow, kiosk: State<'_, Arc<Kiosk>>) -> Answer<()> {
    window::painted(&window, &kiosk);
    Ok(())
}

#[tauri::command]
pub(crate) async fn pulse(touched: bool, app: AppHandle, kiosk: State<'_, Arc<Kiosk>>) -> Answer<Pulse> {
    if kiosk.admin.is_open() {
        return Ok(admin_pulse(touched, &app, &kiosk));
    }
    let pulse = kiosk.with_visit(|visit, uptime| {
        // Once the time is up no touch brings the answers back: the next person's may be the one that comes.
        if touched && visit.pulse(uptime).is_some() {
            visit.touched(uptime);
        }
        visit.pulse(uptime)
    })?;
    if pulse.is_none()
        && let Some(gone) = kiosk.end_overdue()
    {
        window::wipe(&app, &kiosk, gone);
    }
    pulse.ok_or_else(|| Problem::new(ProblemCode::NotInThisState))
}

/// While staff have unlocked the kiosk: when it locks itself, and that the patient whom they help may be still.
fn admin_pulse(touched: bool, app: &AppHandle, kiosk: &Arc<Kiosk>) -> Pulse {
    let locks_in_s = kiosk.admin.pulse(touched, kiosk.clock.uptime());
    if locks_in_s.is_none()
        && let Some(gone) = kiosk.lock_overdue()
    {
        window::wipe(app, kiosk, gone);
    }
    let next = kiosk.with_visit(|visit, uptime| {
        visit.touched(uptime);
        visit.pulse(uptime).and_then(|pulse| pulse.next)
    });
    Pulse { idle: Idle::Active, next: next.unwrap_or_default(), locks_in_s }
}

#[tauri::command]
pub(crate) async fn connect(address: String, code: String, kiosk: State<'_, Arc<Kiosk>>) -> Answer<()> {
    remote::connect(&kiosk, &address, &Zeroizing::new(code)).await
}

#[tauri::command]
pub(crate) async fn start(language: String, kiosk: State<'_, Arc<Kiosk>>) -> Answer<()> {
    kiosk.ready().await?;
    if let Some(leaving) = kiosk.begin(language)?.leaving {
        leaving.tell(&kiosk).await;
    }
    Ok(())
}

#[tauri::command]
pub(crate) async fn check_name(given_name: Option<String>, family_name: String) -> Answer<()> {
    let given = given_name.as_deref().map(NamePart::parse).and_then(Result::err);
    let family = NamePart::parse(&family_name).err();
    let refused = |field| move |why| FieldRefused { field, why: Why::Name(why) };
    refuse(given.map(refused(Field::GivenName)).into_iter().chain(family.map(refused(Field::FamilyName))))
}

#[tauri::command]
pub(crate) async fn check_date_of_birth(date: TypedDate, kiosk: State<'_, Arc<Kiosk>>) -> Answer<()> {
    kiosk.with_visit(Visit::answers)?;
    let refused = DateOfBirth::parse(&date.day, &date.month, &date.year, kiosk.clock.now().day()).err();
    refuse(refused.into_iter().flat_map(FieldRefused::of_date))
}

#[tauri::command]
pub(crate) async fn check_email(typed: String) -> Answer<EmailCheck> {
    match EmailAddress::parse(&typed) {
        Ok(address) => Ok(EmailCheck { suggestion: address.suggestion() }),
        Err(why) => {
            Err(Problem::fields(vec![FieldRefused { field: Field::Email, why: Why::Email(why) }.into()]))
        }
    }
}

#[tauri::command]
pub(crate) async fn check_mobile(typed: String, kiosk: State<'_, Arc<Kiosk>>) -> Answer<()> {
    kiosk.with_visit(Visit::answers)?;
    let refused = MobileNumber::parse(&typed, &kiosk.mobile_policy()).err();
    refuse(refused.map(|why| FieldRefused { field: Field::Mobile, why: Why::Mobile(why) }))
}

#[tauri::command]
pub(crate) async fn confirm(details: TypedDetails, kiosk: State<'_, Arc<Kiosk>>) -> Answer<Confirmation> {
    let ready = kiosk.ready().await?;
    let patient = kiosk.patient()?;
    let language = kiosk.with_visit(|visit, _| visit.language.clone())?;
    confirming::confirm(&kiosk, &ready, patient, &ConfirmDetails { details, language }).await
}

#[tauri::command]
pub(crate) async fn check_code(code: String, kiosk: State<'_, Arc<Kiosk>>) -> Answer<RegistrationView> {
    let ready = kiosk.ready().await?;
    let (patient, registration) = (kiosk.patient()?, kiosk.registration()?.id);
    let view = ready.client.check_code(registration, &CheckCode { code }).await?;
    kiosk.saw(patient, &view)?;
    Ok(view)
}

#[tauri::command]
pub(crate) async fn resend_code(kiosk: State<'_, Arc<Kiosk>>) -> Answer<RegistrationView> {
    let ready = kiosk.ready().await?;
    let (patient, registration) = (kiosk.patient()?, kiosk.registration()?.id);
    let view = ready.client.resend_code(registration).await?;
    kiosk.saw(patient, &view)?;
    Ok(view)
}

#[tauri::command]
pub(crate) async fn change_number(kiosk: State<'_, Arc<Kiosk>>) -> Answer<()> {
    let ready = kiosk.ready().await?;
    let (patient, registration) = (kiosk.patient()?, kiosk.registration()?.id);
    ready.client.abandon(registration).await?;
    kiosk.with_visit_of(patient, |visit, _| visit.forget_registration())
}

#[tauri::command]
pub(crate) async fn set_password(password: String, kiosk: State<'_, Arc<Kiosk>>) -> Answer<RegistrationView> {
    let mut set = SetPassword { password };
    let ready = kiosk.ready().await?;
    let (patient, registration) = (kiosk.patient()?, kiosk.registration()?.id);
    let answer = ready.client.set_password(registration, &set).await;
    drop(Zeroizing::new(std::mem::take(&mut set.password)));
    let view = answer?;
    kiosk.saw(patient, &view)?;
    Ok(view)
}

#[tauri::command]
pub(crate) async fn continue_on_phone(kiosk: State<'_, Arc<Kiosk>>) -> Answer<RegistrationView> {
    let ready = kiosk.ready().await?;
    let (patient, registration) = (kiosk.patient()?, kiosk.registration()?.id);
    let view = ready.client.leave(registration).await?;
    kiosk.saw(patient, &view)?;
    Ok(view)
}

#[tauri::command]
pub(crate) async fn suggest_words() -> Answer<String> {
    Ok(words::suggest_three_words(&mut system_rng()))
}

#[tauri::command]
pub(crate) async fn ask_for_help(reason: DeskReason, kiosk: State<'_, Arc<Kiosk>>) -> Answer<DeskReference> {
    let ready = kiosk.ready().await?;
    // On the welcome screen nobody has begun yet.
    let patient = kiosk.patient();
    let registration = kiosk.registration().ok().map(|view| view.id);
    let reference = ready.client.ask_desk(&AskDesk { reason, registration }).await?;
    match reason {
        // Help comes to the patient, who may go on; the other two end at the desk.
        DeskReason::AskedForHelp => {}
        DeskReason::NoMobile | DeskReason::Under16 => {
            kiosk.with_visit_of(patient?, Visit::sent_to_desk)?;
        }
    }
    Ok(reference)
}

#[tauri::command]
pub(crate) async fn help_stands(reference: String, kiosk: State<'_, Arc<Kiosk>>) -> Answer<HelpStands> {
    let reference =
        Reference::parse(&reference).ok_or_else(|| Problem::new(ProblemCode::MalformedRequest))?;
    kiosk.ready().await?.client.help_stands(reference.as_str()).await
}

#[tauri::command]
pub(crate) async fn back_from_desk(kiosk: State<'_, Arc<Kiosk>>) -> Answer<()> {
    kiosk.with_visit(Visit::answers)
}

#[tauri::command]
pub(crate) async fn done_card(kiosk: State<'_, Arc<Kiosk>>) -> Answer<DoneCard> {
    let ready = kiosk.ready().await?;
    let reference = kiosk.registration()?.reference;
    let finish_url = ready.practice.finish_url.clone();
    let (qr_path, qr_modules) = qr::path(&finish_url).ok_or_else(|| Problem::new(ProblemCode::Unforeseen))?;
    Ok(DoneCard { reference, finish_url, qr_path, qr_modules })
}

#[tauri::command]
pub(crate) async fn leave(app: AppHandle, kiosk: State<'_, Arc<Kiosk>>) -> Answer<()> {
    let gone = kiosk.end();
    window::wipe(&app, &kiosk, gone);
    Ok(())
}
