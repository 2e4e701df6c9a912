//! Whether phones reach this portal at its public origin.

use chrono_tz::Tz;
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};
use registration::time::Timestamp;

use crate::{
    composition::Composition,
    config::{Problems, Told},
    failure::Failure,
    local, say,
};

/// Prints a new link, and whether one was opened before.
pub(crate) async fn make(told: &Told, problems: Problems) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let opened_at = portal.test_link_opened_at().await?;
    let link = portal.make_test_link().await?;
    let time_zone = portal.settings().time_zone;
    store.close().await;
    say(&found(opened_at, time_zone));
    say("Open this on a phone that is not on the practice's network, and press the button:");
    say(link.address());
    // An origin that fits a text message fits a code.
    if let Ok(code) = QrCode::with_error_correction_level(link.address(), EcLevel::L) {
        // Servers' terminals write light on dark: the blocks are the light modules, or cameras would see a negative.
        let drawn = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
        say(&drawn);
    }
    say(&format!("Works until {}; a link from before works no more.", local(link.expires_at, time_zone)));
    Ok(())
}

/// As a line for an operator.
pub(crate) fn found(opened_at: Option<Timestamp>, time_zone: Tz) -> String {
    opened_at.map_or_else(
        || "No phone has opened a test link on this public_origin yet; live mode takes no registrations before.".to_owned(),
        |at| format!("A phone opened a test link on this public_origin on {}.", local(at, time_zone)),
    )
}
