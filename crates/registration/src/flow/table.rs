//! The moves by name, and the table of `docs/flow.md`, made by trying every move on a sample of every state.

use crate::flow::state::StateName;

/// A move by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// [`super::Registration::check_code`].
    CheckCode,
    /// [`super::Registration::resend_code`].
    ResendCode,
    /// [`super::Registration::replace_unsent_code`].
    ReplaceUnsentCode,
    /// [`super::Registration::abandon`].
    Abandon,
    /// [`super::Registration::set_password`].
    SetPassword,
    /// [`super::Registration::continue_on_phone`].
    ContinueOnPhone,
    /// [`super::Registration::send_new_link`].
    SendNewLink,
    /// [`super::Registration::open_link`].
    OpenLink,
    /// [`super::Registration::set_password_by_link`].
    SetPasswordByLink,
    /// [`super::Registration::accept_terms`].
    AcceptTerms,
    /// [`super::Registration::decline_terms`].
    DeclineTerms,
    /// [`super::Registration::expire`].
    Expire,
    /// [`super::Registration::supersede`].
    Supersede,
    /// [`super::Registration::send_new_link_by_staff`].
    SendNewLinkByStaff,
    /// [`super::Registration::correct_email_by_staff`].
    CorrectEmailByStaff,
    /// [`super::Registration::give_up_mobile_by_staff`].
    GiveUpMobileByStaff,
    /// [`super::Registration::finish_by_staff`].
    FinishByStaff,
    /// [`super::Registration::cancel_by_staff`].
    CancelByStaff,
}

impl Move {
    /// All, in the order of the flow.
    pub const ALL: [Self; 18] = [
        Self::CheckCode,
        Self::ResendCode,
        Self::ReplaceUnsentCode,
        Self::Abandon,
        Self::SetPassword,
        Self::ContinueOnPhone,
        Self::SendNewLink,
        Self::OpenLink,
        Self::SetPasswordByLink,
        Self::AcceptTerms,
        Self::DeclineTerms,
        Self::Expire,
        Self::Supersede,
        Self::SendNewLinkByStaff,
        Self::CorrectEmailByStaff,
        Self::GiveUpMobileByStaff,
        Self::FinishByStaff,
        Self::CancelByStaff,
    ];
}

/// One line of the table: a move, the state it starts from, and the states it can lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From.
    pub from: StateName,
    /// By.
    pub by: Move,
    /// To.
    pub to: Vec<StateName>,
}
