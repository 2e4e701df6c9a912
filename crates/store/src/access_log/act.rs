//! What is done to a record or by staff, by the names that the log keeps for ever.

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Details were confirmed; a registration began.
    DetailsConfirmed,
    /// A code was promised.
    CodeSent,
    /// The right code was typed.
    CodeRight,
    /// A password was set.
    PasswordSet,
    /// The patient goes on on their own phone.
    LeftForPhone,
    /// A link was promised.
    LinkSent,
    /// The link's page proved the email address: by the right password, or by a first one set there.
    LinkOpened,
    /// Too many wrong passwords on its page.
    RegistrationLocked,
    /// The terms were accepted.
    TermsAccepted,
    /// They were not.
    TermsDeclined,
    /// The patient gave up or changed the number.
    RegistrationAbandoned,
    /// Time ran out.
    RegistrationExpired,
    /// A later registration of the same person took its place.
    RegistrationSuperseded,
    /// Records were compared with a registration; names the record if one was linked.
    RecordsMatched,
    /// A review was opened: a line for each record in question, or one without a record.
    ReviewOpened,
    /// An account was made.
    AccountMade,
    /// An account's password was reset by a registration.
    AccountReset,
    /// A record was linked to an account.
    RecordLinked,
    /// A record was made.
    RecordCreated,
    /// A record was given verified contact points.
    RecordUpdated,
    /// A record was given back what it held before an update.
    RecordUpdateUndone,
    /// Staff said that whoever registered is not the person of a record.
    SaidNotTheSame,
    /// An update of a record, or a new one, was left to staff.
    RecordUpdateLeftToStaff,
    /// A staff member was shown what to enter into the practice's software by hand.
    RecordTaskShown,
    /// A staff member has entered a change into the practice's software by hand.
    RecordEnteredByHand,
    /// A patient was sent to the desk with a reference.
    DeskReferenceGiven,
    /// A kiosk was given a credential.
    KioskEnrolled,
    /// Records were added from a file.
    RecordsImported,
    /// Every record was written into a file.
    RecordsExported,
    /// Every record was counted; nobody was shown one.
    RecordsChecked,
    /// A code with which a machine may become a kiosk was asked for.
    EnrolmentOpened,
    /// A kiosk's credential was revoked.
    KioskRevoked,
    /// Details that a kiosk kept while the portal was away were lost, or no text can reach who gave them.
    KeptDetailsLost,
    /// A staff member was shown whose details a kiosk kept.
    KeptDetailsShown,
    /// A back-up of everything was begun.
    BackupBegun,
    /// Everything was restored out of a back-up.
    BackupRestored,
    /// A new recovery key took the place of the former one.
    RecoveryKeyReplaced,
    /// A staff member was shown a review: a line for each record in question, or one without a record.
    ReviewShown,
    /// A staff member settled a review; names the record if it is the registrant's.
    ReviewSettled,
    /// A staff member opened a review again that was settled.
    ReviewOpenedAgain,
    /// The link from an account to a record was ended by staff.
    RecordUnlinked,
    /// A staff member was invited; the actor says by whom.
    StaffInvited,
    /// A staff member took up an invitation and chose a password.
    StaffInvitationTakenUp,
    /// A staff member was removed.
    StaffRemoved,
    /// A staff member signed in, or unlocked a kiosk.
    StaffLetIn,
    /// A staff member signed out, or locked a kiosk.
    StaffLetOut,
    /// A staff member's credential was tried too often at one place.
    StaffTriesUsedUp,
    /// A staff member was shown who registers.
    RegistrationsListed,
    /// A staff member searched for registrations: a line for each that was found, or one without.
    RegistrationsSearched,
    /// A staff member was shown whom reviews are of.
    ReviewsListed,
    /// A staff member was shown a registration.
    RegistrationShown,
    /// A staff member corrected the email address of a registration.
    EmailCorrected,
    /// A staff member corrected the mobile of a registration, which ended; another began.
    MobileCorrected,
    /// A staff member ended a registration.
    RegistrationCancelled,
    /// A staff member answered a patient's call for help.
    HelpCallAnswered,
    /// A staff member at the desk let a colleague in who stands at a kiosk; the kiosk named is that one.
    StaffVouchedFor,
    /// A staff member let a kiosk take nobody new; here and in the next four, too, the kiosk named is the one that it was done to.
    KioskPaused,
    /// A staff member let a kiosk take patients again.
    KioskResumed,
    /// A staff member began to clean the glass of a kiosk: it answers to no touch.
    KioskCleaned,
    /// A staff member ended that sooner.
    KioskCleaningStopped,
    /// A staff member asked a kiosk to begin anew.
    KioskRestarted,
    /// A patient at a kiosk called for help.
    HelpCalled,
    /// A staff member read lines of this log: a line for each registration that was asked about, or one without.
    AccessLogRead,
    /// A staff member wrote lines of this log into a file: likewise.
    AccessLogExported,
    /// A staff member had this log checked for alterations.
    AccessLogVerified,
    /// A staff member was shown whose changes of records need somebody.
    ChangesListed,
    /// A staff member had a change of a record tried once more; the review of it, if one waited, ended so.
    ChangeTriedAgain,
    /// A staff member opened a review of a change of a record.
    ChangeSentToReview,
    /// A staff member said that they know of details that a kiosk lost.
    LostDetailsKnown,
    /// A staff member at the desk would not let a colleague in who stands at a kiosk, or typed other digits than it shows; the kiosk named
    /// is that one.
    StaffNotVouchedFor,
    /// A staff member saw who a patient is, and said so.
    IdSeen,
    /// A staff member began a registration anew with the same details; the former one ended, if it had not.
    RegistrationRestarted,
    /// A staff member finished a registration whose email address was never proven.
    RegistrationFinishedByStaff,
    /// A staff member searched for records of patients to register: a line for each that was found, or one without.
    RecordsSearched,
    /// A staff member was shown a record, to register its patient.
    RecordShown,
    /// A staff member began a registration of a record's patient.
    RegistrationBegunByStaff,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 76] = [
        Self::DetailsConfirmed,
        Self::CodeSent,
        Self::CodeRight,
        Self::PasswordSet,
        Self::LeftForPhone,
        Self::LinkSent,
        Self::LinkOpened,
        Self::RegistrationLocked,
        Self::TermsAccepted,
        Self::TermsDeclined,
        Self::RegistrationAbandoned,
        Self::RegistrationExpired,
        Self::RegistrationSuperseded,
        Self::RecordsMatched,
        Self::ReviewOpened,
        Self::AccountMade,
        Self::AccountReset,
        Self::RecordLinked,
        Self::RecordCreated,
        Self::RecordUpdated,
        Self::RecordUpdateUndone,
        Self::SaidNotTheSame,
        Self::RecordUpdateLeftToStaff,
        Self::RecordTaskShown,
        Self::RecordEnteredByHand,
        Self::DeskReferenceGiven,
        Self::KioskEnrolled,
        Self::RecordsImported,
        Self::RecordsExported,
        Self::RecordsChecked,
        Self::EnrolmentOpened,
        Self::KioskRevoked,
        Self::KeptDetailsLost,
        Self::KeptDetailsShown,
        Self::BackupBegun,
        Self::BackupRestored,
        Self::RecoveryKeyReplaced,
        Self::ReviewShown,
        Self::ReviewSettled,
        Self::ReviewOpenedAgain,
        Self::RecordUnlinked,
        Self::StaffInvited,
        Self::StaffInvitationTakenUp,
        Self::StaffRemoved,
        Self::StaffLetIn,
        Self::StaffLetOut,
        Self::StaffTriesUsedUp,
        Self::RegistrationsListed,
        Self::RegistrationsSearched,
        Self::ReviewsListed,
        Self::RegistrationShown,
        Self::EmailCorrected,
        Self::MobileCorrected,
        Self::RegistrationCancelled,
        Self::HelpCallAnswered,
        Self::StaffVouchedFor,
        Self::KioskPaused,
        Self::KioskResumed,
        Self::KioskCleaned,
        Self::KioskCleaningStopped,
        Self::KioskRestarted,
        Self::HelpCalled,
        Self::AccessLogRead,
        Self::AccessLogExported,
        Self::AccessLogVerified,
        Self::ChangesListed,
        Self::ChangeTriedAgain,
        Self::ChangeSentToReview,
        Self::LostDetailsKnown,
        Self::StaffNotVouchedFor,
        Self::IdSeen,
        Self::RegistrationRestarted,
        Self::RegistrationFinishedByStaff,
        Self::RecordsSearched,
        Self::RecordShown,
        Self::RegistrationBegunByStaff,
    ];

    /// As the database writes it; never reused for another meaning.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DetailsConfirmed => "details_confirmed",
            Self::CodeSent => "code_sent",
            Self::CodeRight => "code_right",
            Self::PasswordSet => "password_set",
            Self::LeftForPhone => "left_for_phone",
            Self::LinkSent => "link_sent",
            Self::LinkOpened => "link_opened",
            Self::RegistrationLocked => "registration_locked",
            Self::TermsAccepted => "terms_accepted",
            Self::TermsDeclined => "terms_declined",
            Self::RegistrationAbandoned => "registration_abandoned",
            Self::RegistrationExpired => "registration_expired",
            Self::RegistrationSuperseded => "registration_superseded",
            Self::RecordsMatched => "records_matched",
            Self::ReviewOpened => "review_opened",
            Self::AccountMade => "account_made",
            Self::AccountReset => "account_reset",
            Self::RecordLinked => "record_linked",
            Self::RecordCreated => "record_created",
            Self::RecordUpdated => "record_updated",
            Self::RecordUpdateUndone => "record_update_undone",
            Self::SaidNotTheSame => "said_not_the_same",
            Self::RecordUpdateLeftToStaff => "record_update_left_to_staff",
            Self::RecordTaskShown => "record_task_shown",
            Self::RecordEnteredByHand => "record_entered_by_hand",
            Self::DeskReferenceGiven => "desk_reference_given",
            Self::KioskEnrolled => "kiosk_enrolled",
            Self::RecordsImported => "records_imported",
            Self::RecordsExported => "records_exported",
            Self::RecordsChecked => "records_checked",
            Self::EnrolmentOpened => "enrolment_opened",
            Self::KioskRevoked => "kiosk_revoked",
            Self::KeptDetailsLost => "kept_details_lost",
            Self::KeptDetailsShown => "kept_details_shown",
            Self::BackupBegun => "backup_begun",
            Self::BackupRestored => "backup_restored",
            Self::RecoveryKeyReplaced => "recovery_key_replaced",
            Self::ReviewShown => "review_shown",
            Self::ReviewSettled => "review_settled",
            Self::ReviewOpenedAgain => "review_opened_again",
            Self::RecordUnlinked => "record_unlinked",
            Self::StaffInvited => "staff_invited",
            Self::StaffInvitationTakenUp => "staff_invitation_taken_up",
            Self::StaffRemoved => "staff_removed",
            Self::StaffLetIn => "staff_let_in",
            Self::StaffLetOut => "staff_let_out",
            Self::StaffTriesUsedUp => "staff_tries_used_up",
            Self::RegistrationsListed => "registrations_listed",
            Self::RegistrationsSearched => "registrations_searched",
            Self::ReviewsListed => "reviews_listed",
            Self::RegistrationShown => "registration_shown",
            Self::EmailCorrected => "email_corrected",
            Self::MobileCorrected => "mobile_corrected",
            Self::RegistrationCancelled => "registration_cancelled",
            Self::HelpCallAnswered => "help_call_answered",
            Self::StaffVouchedFor => "staff_vouched_for",
            Self::KioskPaused => "kiosk_paused",
            Self::KioskResumed => "kiosk_resumed",
            Self::KioskCleaned => "kiosk_cleaned",
            Self::KioskCleaningStopped => "kiosk_cleaning_stopped",
            Self::KioskRestarted => "kiosk_restarted",
            Self::HelpCalled => "help_called",
            Self::AccessLogRead => "access_log_read",
            Self::AccessLogExported => "access_log_exported",
            Self::AccessLogVerified => "access_log_verified",
            Self::ChangesListed => "changes_listed",
            Self::ChangeTriedAgain => "change_tried_again",
            Self::ChangeSentToReview => "change_sent_to_review",
            Self::LostDetailsKnown => "lost_details_known",
            Self::StaffNotVouchedFor => "staff_not_vouched_for",
            Self::IdSeen => "id_seen",
            Self::RegistrationRestarted => "registration_restarted",
            Self::RegistrationFinishedByStaff => "registration_finished_by_staff",
            Self::RecordsSearched => "records_searched",
            Self::RecordShown => "record_shown",
            Self::RegistrationBegunByStaff => "registration_begun_by_staff",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == name)
    }
}
