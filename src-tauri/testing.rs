//! Whom the kiosk's tests register.

use kiosk_api::{
    details::{TypedDate, TypedDetails},
    registration::ConfirmDetails,
};

/// Jo Rivers, as typed and confirmed.
pub(crate) fn jo() -> ConfirmDetails {
    let details = TypedDetails {
        given_name: Some("Jo".to_owned()),
        family_name: "Rivers".to_owned(),
        date_of_birth: TypedDate { day: "7".to_owned(), month: "3".to_owned(), year: "1985".to_owned() },
        email: Some("jo@example.com".to_owned()),
        mobile: "07700 900123".to_owned(),
    };
    ConfirmDetails { details, language: "en-GB".to_owned() }
}
