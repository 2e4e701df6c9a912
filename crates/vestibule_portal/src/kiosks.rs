//! The practice's kiosks: who becomes one, who is one, who is one no longer.

use crate::{
    composition::Composition,
    config::{Problems, Told},
    failure::Failure,
    local, say,
};

/// Prints a code for the machine at the desk; the terminal is the one place where it is ever shown.
pub(crate) async fn enrol(told: &Told, problems: Problems, name: &str) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let taken = portal.kiosks().await?.iter().any(|kiosk| kiosk.name == name && kiosk.revoked_at.is_none());
    let (code, until) = portal.open_enrolment(name).await?;
    let time_zone = portal.settings().time_zone;
    store.close().await;
    say(&format!("Code: {}", *code.grouped()));
    say(&format!("Works once, until {}.", local(until, time_zone)));
    if taken {
        say(&format!("There is a kiosk called {name}: it is one until this code is used, and then no more."));
    }
    Ok(())
}

pub(crate) async fn list(told: &Told, problems: Problems) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let kiosks = portal.kiosks().await?;
    let time_zone = portal.settings().time_zone;
    store.close().await;
    if kiosks.is_empty() {
        say("There is no kiosk.");
    }
    for kiosk in kiosks {
        let state = kiosk.revoked_at.map_or_else(
            || format!("credential of {}", local(kiosk.credential_at, time_zone)),
            |at| format!("revoked {}", local(at, time_zone)),
        );
        say(&format!(
            "{}\t{}\tenrolled {}\t{state}",
            kiosk.name,
            kiosk.id,
            local(kiosk.enrolled_at, time_zone)
        ));
    }
    Ok(())
}

pub(crate) async fn revoke(told: &Told, problems: Problems, name: &str) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let revoked = portal.revoke_kiosk(name).await?;
    store.close().await;
    if !revoked {
        return Err(Failure::NoSuchKiosk);
    }
    say(&format!("{name} is no kiosk any more."));
    Ok(())
}
