//! Every ask of staff, behind the one place where the role is asked for.

use kiosk_api::staff::{answer::StaffAnswer, ask::StaffAsk};
use registration::{
    ids::{KioskId, PatientId, RegistrationId, ReviewId},
    secrets::link_token::{LinkToken, LinkTokenHash},
};
use staff::{StaffId, permission::Permission};
use store::StaffSession;

use super::{
    id_seen::understood,
    letting_in::{UseMade, place_of},
    members::Invitation,
    records::ContactsTyped,
    refused::StaffRefused,
};
use crate::Portal;

/// What an ask needs; `None` where being let in is enough.
pub(super) const fn needs(ask: &StaffAsk) -> Option<Permission> {
    match ask {
        StaffAsk::WhoAmI | StaffAsk::Attention => None,
        StaffAsk::Today { .. } | StaffAsk::Registration { .. } => Some(Permission::SeePatients),
        StaffAsk::AnswerHelpCall { .. }
        | StaffAsk::Help { .. }
        | StaffAsk::FindRecords { .. }
        | StaffAsk::Record { .. }
        | StaffAsk::RegisterPatient { .. } => Some(Permission::HelpPatients),
        StaffAsk::AnswerUnlock { .. } => Some(Permission::Vouch),
        StaffAsk::Reviews
        | StaffAsk::Review { .. }
        | StaffAsk::SettleReview { .. }
        | StaffAsk::OpenReviewAgain { .. } => Some(Permission::SettleReviews),
        StaffAsk::Staff => Some(Permission::SeeStaff),
        StaffAsk::InviteStaff { .. } | StaffAsk::InviteStaffAgain { .. } | StaffAsk::RemoveStaff { .. } => {
            Some(Permission::ChangeStaff)
        }
        StaffAsk::Kiosks { .. } => Some(Permission::SeeKiosks),
        StaffAsk::RunKiosk { .. } => Some(Permission::RunKiosks),
        StaffAsk::Sync
        | StaffAsk::SeeToChange { .. }
        | StaffAsk::ByHand
        | StaffAsk::EnteredByHand { .. }
        | StaffAsk::KnowOfLost { .. } => Some(Permission::SettleSync),
        StaffAsk::Figures { .. } | StaffAsk::FiguresFile { .. } => Some(Permission::SeeFigures),
        StaffAsk::AccessLog { .. } | StaffAsk::AccessLogFile { .. } | StaffAsk::VerifyAccessLog => {
            Some(Permission::SeeAccessLog)
        }
    }
}

const fn use_made(ask: &StaffAsk) -> UseMade {
    match ask {
        StaffAsk::Attention => UseMade::Rings,
        StaffAsk::Today { by_itself: true, search } if search.is_empty() => UseMade::ByItself,
        StaffAsk::Kiosks { by_itself: true } => UseMade::ByItself,
        StaffAsk::WhoAmI
        | StaffAsk::AnswerHelpCall { .. }
        | StaffAsk::AnswerUnlock { .. }
        | StaffAsk::Today { .. }
        | StaffAsk::Registration { .. }
        | StaffAsk::Help { .. }
        | StaffAsk::FindRecords { .. }
        | StaffAsk::Record { .. }
        | StaffAsk::RegisterPatient { .. }
        | StaffAsk::Reviews
        | StaffAsk::Review { .. }
        | StaffAsk::SettleReview { .. }
        | StaffAsk::OpenReviewAgain { .. }
        | StaffAsk::Staff
        | StaffAsk::InviteStaff { .. }
        | StaffAsk::InviteStaffAgain { .. }
        | StaffAsk::RemoveStaff { .. }
        | StaffAsk::Kiosks { .. }
        | StaffAsk::RunKiosk { .. }
        | StaffAsk::Sync
        | StaffAsk::SeeToChange { .. }
        | StaffAsk::ByHand
        | StaffAsk::EnteredByHand { .. }
        | StaffAsk::KnowOfLost { .. }
        | StaffAsk::Figures { .. }
        | StaffAsk::FiguresFile { .. }
        | StaffAsk::AccessLog { .. }
        | StaffAsk::AccessLogFile { .. }
        | StaffAsk::VerifyAccessLog => UseMade::ByPerson,
    }
}

impl Portal {
    /// What whoever has this session asks, at this kiosk or in a browser.
    pub(crate) async fn answer_staff(
        &self,
        token: &LinkToken,
        kiosk: Option<KioskId>,
        ask: StaffAsk,
    ) -> Result<StaffAnswer, StaffRefused> {
        let token = token.hash();
        let session = self.staff_let_in(&token, kiosk, use_made(&ask)).await?;
        self.answer(&session, &token, ask).await
    }

    /// Does what a staff member asks, if their role may.
    async fn answer(
        &self,
        session: &StaffSession,
        token: &LinkTokenHash,
        ask: StaffAsk,
    ) -> Result<StaffAnswer, StaffRefused> {
        let place = place_of(session);
        if needs(&ask).is_some_and(|permission| !session.role.may(permission, place)) {
            return Err(StaffRefused::NotPermitted);
        }
        match ask {
            StaffAsk::WhoAmI => Ok(StaffAnswer::You { you: self.signed_in(session) }),
            StaffAsk::Attention => self.attention_told(session, Some(token)).await,
            StaffAsk::AnswerHelpCall { id } => {
                self.answer_help_call(session, id).await?;
                self.attention_told(session, None).await
            }
            StaffAsk::AnswerUnlock { id, digits } => {
                self.answer_unlock(session, id, digits.as_deref()).await?;
                self.attention_told(session, None).await
            }
            StaffAsk::Today { search, by_itself: _ } => self.today(session, &search).await,
            StaffAsk::Registration { id } => {
                let registration = self.show_registration(session, RegistrationId(id)).await?;
                Ok(StaffAnswer::Registration { registration })
            }
            StaffAsk::Help { id, version, help } => {
                let registration = self.help(session, RegistrationId(id), version, &help).await?;
                Ok(StaffAnswer::Registration { registration })
            }
            StaffAsk::FindRecords { search } => self.find_records(session, &search).await,
            StaffAsk::Record { id } => {
                Ok(StaffAnswer::Record { record: self.show_record(session, PatientId(id)).await? })
            }
            StaffAsk::RegisterPatient { id, version, mobile, email, id_seen } => {
                let typed = ContactsTyped { mobile: &mobile, email: &email };
                let record = (PatientId(id), version);
                let begun = self.register_patient(session, record, typed, understood(id_seen)).await?;
                Ok(StaffAnswer::Registration { registration: self.registration_shown(begun).await? })
            }
            StaffAsk::Reviews => self.reviews(session).await,
            StaffAsk::Review { id } => {
                let review = self.review_shown(session, ReviewId(id)).await?;
                Ok(StaffAnswer::Review { review })
            }
            StaffAsk::SettleReview { id, word } => {
                self.settle_as_asked(session, ReviewId(id), &word).await?;
                self.reviews(session).await
            }
            StaffAsk::OpenReviewAgain { id } => {
                self.open_again_as_asked(session, ReviewId(id)).await?;
                self.reviews(session).await
            }
            StaffAsk::Staff => Ok(StaffAnswer::Staff { members: self.staff_members().await? }),
            StaffAsk::InviteStaff { name, initials, role } => {
                let invitation = self.invite_staff((&name, &initials, role), session).await?;
                self.invited(invitation).await
            }
            StaffAsk::InviteStaffAgain { id } => {
                let invitation = self.invite_staff_again(StaffId(id), session).await?;
                self.invited(invitation).await
            }
            StaffAsk::RemoveStaff { id } => {
                self.remove_staff(StaffId(id), session).await?;
                Ok(StaffAnswer::Staff { members: self.staff_members().await? })
            }
            StaffAsk::Kiosks { by_itself: _ } => self.kiosks_shown(session).await,
            StaffAsk::RunKiosk { id, act } => {
                self.run_kiosk(session, KioskId(id), act).await?;
                self.kiosks_shown(session).await
            }
            StaffAsk::Sync => self.sync_shown(session).await,
            StaffAsk::SeeToChange { registration, act } => {
                self.see_to_change(session, RegistrationId(registration), act).await?;
                self.sync_shown(session).await
            }
            StaffAsk::ByHand => self.by_hand_shown(session).await,
            StaffAsk::EnteredByHand { registration, purpose } => {
                self.entered_by_hand(session, RegistrationId(registration), purpose).await?;
                self.by_hand_shown(session).await
            }
            StaffAsk::KnowOfLost { journal, lost } => {
                self.know_of_lost(session, journal, lost).await?;
                self.sync_shown(session).await
            }
            StaffAsk::Figures { over } => Ok(StaffAnswer::Figures { figures: self.figures(over).await? }),
            StaffAsk::FiguresFile { over } => self.figures_file(over).await,
            StaffAsk::AccessLog { by, days, before } => self.access_log(session, &by, &days, before).await,
            StaffAsk::AccessLogFile { by, days } => self.access_log_file(session, &by, &days).await,
            StaffAsk::VerifyAccessLog => self.access_log_verified(session).await,
        }
    }

    async fn attention_told(
        &self,
        session: &StaffSession,
        token: Option<&LinkTokenHash>,
    ) -> Result<StaffAnswer, StaffRefused> {
        Ok(StaffAnswer::Attention { attention: self.attention(session, token).await? })
    }

    async fn invited(&self, invitation: Invitation) -> Result<StaffAnswer, StaffRefused> {
        Ok(StaffAnswer::Invited { link: invitation.link, members: self.staff_members().await? })
    }
}
