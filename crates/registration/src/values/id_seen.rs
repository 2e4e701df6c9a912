//! By what a staff member knows who somebody is: it stands in for one proof that is missing, and is kept with their name.

/// By what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdSeen {
    /// A passport.
    Passport,
    /// A driving licence.
    DrivingLicence,
    /// Another card with a photograph and a name.
    PhotoCard,
    /// No paper: the staff member knows the patient.
    KnownToStaff,
}

impl IdSeen {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Passport, Self::DrivingLicence, Self::PhotoCard, Self::KnownToStaff];

    /// As the database writes it; never reused for another meaning.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passport => "passport",
            Self::DrivingLicence => "driving_licence",
            Self::PhotoCard => "photo_card",
            Self::KnownToStaff => "known_to_staff",
        }
    }

    /// The reverse of [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|seen| seen.as_str() == name)
    }
}
