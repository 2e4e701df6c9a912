//! Who may do what. The portal asks here before every act, and the screens show what it answers.

use crate::session::Place;

/// What a staff member is at the practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Helps patients and settles reviews.
    Receptionist,
    /// Also answers for staff, terms, limits, costs and kiosks.
    Manager,
    /// Keeps the machines running, and sees no patient.
    It,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Receptionist, Self::Manager, Self::It];

    /// As the database writes it; never reused for another meaning.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receptionist => "receptionist",
            Self::Manager => "manager",
            Self::It => "it",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether somebody of this role may do it there. An invitation is as good as a password, and what a kiosk shows anybody may photograph:
    /// staff are changed at the desk.
    #[must_use]
    pub const fn may(self, permission: Permission, place: Place) -> bool {
        match permission {
            Permission::SeePatients | Permission::HelpPatients | Permission::SettleReviews => {
                matches!(self, Self::Receptionist | Self::Manager)
            }
            Permission::SeeStaff => matches!(self, Self::Manager),
            Permission::ChangeStaff | Permission::SeeAccessLog => {
                matches!((self, place), (Self::Manager, Place::Console))
            }
            Permission::SeeKiosks | Permission::RunKiosks => {
                matches!(self, Self::Receptionist | Self::Manager | Self::It)
            }
            Permission::Vouch => matches!(place, Place::Console),
            Permission::SettleSync => matches!(self, Self::Receptionist | Self::Manager),
            Permission::SeeFigures => matches!(self, Self::Manager | Self::It),
        }
    }
}

/// A kind of act that a role has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See who registers, with masked contacts.
    SeePatients,
    /// Do something for a patient who registers.
    HelpPatients,
    /// See reviews with people's details, and settle them.
    SettleReviews,
    /// See who works here.
    SeeStaff,
    /// Invite and remove staff.
    ChangeStaff,
    /// Let a colleague in who stands at a kiosk; whom, says [`Role::may_vouch_for`].
    Vouch,
    /// See the practice's kiosks.
    SeeKiosks,
    /// Pause, clean and restart them.
    RunKiosks,
    /// See whether what patients proved reached the records, and see to what did not.
    SettleSync,
    /// See counts, and nobody among them.
    SeeFigures,
    /// Read the access log.
    SeeAccessLog,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::SeePatients,
        Self::HelpPatients,
        Self::SettleReviews,
        Self::SeeStaff,
        Self::ChangeStaff,
        Self::Vouch,
        Self::SeeKiosks,
        Self::RunKiosks,
        Self::SettleSync,
        Self::SeeFigures,
        Self::SeeAccessLog,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_of(role: Role) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| role.may(*permission, Place::Console)).collect()
    }

    #[test]
    fn it_sees_no_patient() {
        let expected =
            [Permission::Vouch, Permission::SeeKiosks, Permission::RunKiosks, Permission::SeeFigures];
        assert_eq!(all_of(Role::It), expected);
    }

    #[test]
    fn a_receptionist_helps_patients_and_changes_no_staff() {
        let expected = [
            Permission::SeePatients,
            Permission::HelpPatients,
            Permission::SettleReviews,
            Permission::Vouch,
            Permission::SeeKiosks,
            Permission::RunKiosks,
            Permission::SettleSync,
        ];
        assert_eq!(all_of(Role::Receptionist), expected);
    }

    #[test]
    fn a_manager_may_all_that_a_receptionist_may() {
        assert_eq!(all_of(Role::Manager), Permission::ALL);
    }

    #[test]
    fn nobody_changes_staff_or_reads_the_log_before_visitors() {
        assert!(Role::ALL.into_iter().all(|role| !role.may(Permission::SeeAccessLog, Place::Kiosk)));
        assert!(Role::ALL.into_iter().all(|role| !role.may(Permission::ChangeStaff, Place::Kiosk)));
        assert!(Role::Manager.may(Permission::SeeStaff, Place::Kiosk));
    }

    #[test]
    fn every_role_is_read_as_it_is_written() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("Manager"), None);
    }
}
