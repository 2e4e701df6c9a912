//! The first manager. Everybody else is invited in the console.

use portal::Invitation;

use crate::{
    composition::Composition,
    config::{Problems, Told},
    failure::Failure,
    local, say,
};

/// Prints a link under which the first manager chooses a password; the terminal is the one place where it is ever shown.
pub(crate) async fn add_first(
    told: &Told,
    problems: Problems,
    name: &str,
    initials: &str,
) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let invited = portal.invite_first_manager(name, initials).await;
    let time_zone = portal.settings().time_zone;
    store.close().await;
    let Invitation { link, expires_at } = invited?;
    say(&format!("Open this in a browser and choose a password: {link}"));
    say(&format!("Works once, until {}. A newer one takes its place.", local(expires_at, time_zone)));
    Ok(())
}
