//! Who registers, as staff see it: with masked contacts, found by reference, name or date of birth.

use chrono::{NaiveDate, TimeDelta};
use kiosk_api::staff::{
    answer::{HistoryLine, RegistrationRow, RegistrationShown, StaffAnswer},
    ask::StaffHelpKind,
};
use registration::{
    flow::Registration,
    ids::RegistrationId,
    secrets::reference::Reference,
    values::{date_of_birth::DateOfBirth, email::EmailAddress, id_seen::IdSeen, name::NamePart},
};
use store::{
    AccessEntry, Act, Actor, Purpose, RegistrationListed, RegistrationsSought, StaffSession, StoreError,
};

use super::{
    letting_in::{by, wire},
    refused::StaffRefused,
};
use crate::{Portal, registrations::state_told};

/// Stands for whatever would be typed where there is no address yet.
const ANY_ADDRESS: &str = "somebody@example.org";
/// Stands for whatever would be seen.
const SEEN: Option<IdSeen> = Some(IdSeen::Passport);
/// Rows shown at once.
const SHOWN: usize = 50;
/// How exactly it is kept that the list was on a screen.
pub(crate) const LISTED_TO: TimeDelta = TimeDelta::minutes(5);

impl Portal {
    /// The newest registrations, or those sought. The log names each that a search found, and keeps one line in five
    /// minutes for the list that stays on a screen: who was in that is known by its time.
    pub(super) async fn today(
        &self,
        session: &StaffSession,
        search: &str,
    ) -> Result<StaffAnswer, StaffRefused> {
        let Some(sought) = self.understood_search(search) else {
            return Ok(StaffAnswer::Today { rows: Vec::new(), more: false });
        };
        let most = u32::try_from(SHOWN + 1).unwrap_or(u32::MAX);
        let mut listed = self.store.registrations_listed(self.practice(), &sought, most).await?;
        let more = listed.len() > SHOWN;
        listed.truncate(SHOWN);
        self.log_listed(session, &sought, &listed).await?;
        Ok(StaffAnswer::Today { rows: listed.iter().map(row).collect(), more })
    }

    async fn log_listed(
        &self,
        session: &StaffSession,
        sought: &RegistrationsSought,
        listed: &[RegistrationListed],
    ) -> Result<(), StoreError> {
        let (practice, now, by) = (self.practice(), self.now(), by(session));
        let is_plain = *sought == RegistrationsSought::All;
        let act = if is_plain { Act::RegistrationsListed } else { Act::RegistrationsSearched };
        if is_plain && self.store.staff_acted_since(practice, by, act, now - LISTED_TO).await? {
            return Ok(());
        }
        let line = |registration| {
            let entry = self.entry(Actor::Staff(by), act, now);
            AccessEntry { registration, purpose: Some(Purpose::HelpPatient), ..entry }
        };
        let mut tx = self.store.begin(practice).await?;
        if is_plain || listed.is_empty() {
            tx.log(line(None)).await?;
        } else {
            for found in listed {
                tx.log(line(Some(found.id))).await?;
            }
        }
        tx.commit().await
    }

    /// `None` where nobody could be meant.
    fn understood_search(&self, search: &str) -> Option<RegistrationsSought> {
        let search = search.trim();
        if search.is_empty() {
            return Some(RegistrationsSought::All);
        }
        if let Some(reference) = Reference::parse(search) {
            return Some(RegistrationsSought::Reference(reference));
        }
        if let Some(date) = date_typed(search, self.now().day()) {
            return Some(RegistrationsSought::DateOfBirth(date));
        }
        let folded = NamePart::parse(search).ok()?.folded();
        (!folded.is_empty()).then_some(RegistrationsSought::Name(folded))
    }

    /// One registration, shown to help the patient.
    pub(super) async fn show_registration(
        &self,
        session: &StaffSession,
        id: RegistrationId,
    ) -> Result<RegistrationShown, StaffRefused> {
        let mut tx = self.store.begin(self.practice()).await?;
        let entry = self.entry(Actor::Staff(by(session)), Act::RegistrationShown, self.now());
        let purpose = Some(Purpose::HelpPatient);
        tx.log(AccessEntry { registration: Some(id), purpose, ..entry }).await?;
        tx.commit().await?;
        self.registration_shown(id).await
    }

    pub(super) async fn registration_shown(
        &self,
        id: RegistrationId,
    ) -> Result<RegistrationShown, StaffRefused> {
        let practice = self.practice();
        let sought = RegistrationsSought::Id(id);
        let listed = self.store.registrations_listed(practice, &sought, 1).await?;
        let registration = self.store.registration(practice, id).await?;
        let (Some(listed), Some(registration)) = (listed.first(), registration) else {
            return Err(StaffRefused::NotFound);
        };
        let now = self.now();
        let may_resend_at = registration.next(now).may_resend_at;
        let linked = self.linked_record(id).await?;
        let is_named = self.store.begin(practice).await?.named_record(practice, id).await?.is_some();
        Ok(RegistrationShown {
            row: row(listed),
            version: registration.version,
            may: self.may_be_done(&registration, linked.is_some()),
            needs_id: self.needs_id(&registration, is_named),
            ids_seen: self.ids_seen(id).await?,
            linked,
            may_resend_in_s: may_resend_at.map(|at| now.seconds_until(at)),
            history: self.history(id).await?,
        })
    }

    /// What may be done for the patient: whatever move the flow would allow if it were asked now by who has seen ID. Nothing of it is kept.
    fn may_be_done(&self, registration: &Registration, linked: bool) -> Vec<StaffHelpKind> {
        let (now, asked) = (self.now(), || registration.clone());
        let kinds = [
            (StaffHelpKind::ResendCode, registration.next(now).may_resend_at.is_some()),
            (
                StaffHelpKind::SendNewLink,
                registration.details.email.is_some()
                    && asked().send_new_link_by_staff(self.new_link().1, now).is_ok(),
            ),
            (StaffHelpKind::CorrectMobile, asked().give_up_mobile_by_staff(SEEN, now).is_ok()),
            (StaffHelpKind::CorrectEmail, self.may_correct_email(registration, SEEN)),
            (StaffHelpKind::Restart, registration.may_begin_anew()),
            (StaffHelpKind::Finish, asked().finish_by_staff(IdSeen::Passport).is_ok()),
            (StaffHelpKind::Unlink, linked),
            (StaffHelpKind::Cancel, asked().cancel_by_staff(now).is_ok()),
        ];
        kinds.into_iter().filter(|(_, may)| *may).map(|(kind, _)| kind).collect()
    }

    /// What of it the flow would refuse to who has not, and where whose record it is would otherwise be open again.
    fn needs_id(&self, registration: &Registration, is_named: bool) -> Vec<StaffHelpKind> {
        let (now, asked) = (self.now(), || registration.clone());
        let (mobile, email) = (
            |seen| asked().give_up_mobile_by_staff(seen, now).is_ok(),
            |seen| self.may_correct_email(registration, seen),
        );
        let kinds = [
            (StaffHelpKind::CorrectMobile, mobile(SEEN) && (is_named || !mobile(None))),
            (StaffHelpKind::CorrectEmail, email(SEEN) && !email(None)),
            (StaffHelpKind::Finish, asked().finish_by_staff(IdSeen::Passport).is_ok()),
        ];
        kinds.into_iter().filter(|(_, needs)| *needs).map(|(kind, _)| kind).collect()
    }

    fn may_correct_email(&self, registration: &Registration, seen: Option<IdSeen>) -> bool {
        let typed = registration.details.email.clone().or_else(|| EmailAddress::parse(ANY_ADDRESS).ok());
        let (_nobodys, link) = self.new_link();
        typed.is_some_and(|email| {
            registration.clone().correct_email_by_staff(email, link, seen, self.now()).is_ok()
        })
    }

    async fn history(&self, id: RegistrationId) -> Result<Vec<HistoryLine>, StoreError> {
        let lines = self.store.history_of(self.practice(), id).await?;
        let line = |line: store::HistoryLine| HistoryLine {
            at: wire(line.at),
            act: line.act.as_str().to_owned(),
            by: line.by.map(|initials| initials.as_str().to_owned()),
        };
        Ok(lines.into_iter().map(line).collect())
    }
}

fn row(listed: &RegistrationListed) -> RegistrationRow {
    let given = listed.given_name.as_ref().map(|given| format!("{given} ")).unwrap_or_default();
    RegistrationRow {
        id: listed.id.0,
        reference: listed.reference.as_str().to_owned(),
        name: Some(format!("{given}{}", listed.family_name)),
        date_of_birth: Some(listed.date_of_birth.to_string()),
        mobile: Some(listed.mobile.masked()),
        email: listed.email.as_ref().map(EmailAddress::masked),
        state: state_told(listed.state),
        kiosk: (!listed.kiosk_name.is_empty()).then(|| listed.kiosk_name.clone()),
        confirmed_at: wire(listed.confirmed_at),
    }
}

/// A day as staff type it, in figures: the year first, or last.
pub(super) fn day_typed(typed: &str) -> Option<NaiveDate> {
    let (day, month, year) = parts_typed(typed)?;
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// A date of birth as staff type it.
fn date_typed(typed: &str, today: NaiveDate) -> Option<NaiveDate> {
    let (day, month, year) = parts_typed(typed)?;
    DateOfBirth::parse(day, month, year, today).ok().map(DateOfBirth::date)
}

fn parts_typed(typed: &str) -> Option<(&str, &str, &str)> {
    let mut parts = typed.split(['-', '/', '.', ' ']).filter(|part| !part.is_empty());
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Some(if first.len() == 4 { (third, second, first) } else { (first, second, third) })
}
