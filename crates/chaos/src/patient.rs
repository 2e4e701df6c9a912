//! What a patient does on their own phone, in pages that know no keys: asking twice does no harm by itself.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::StatusCode;

use crate::{
    asking::{Answer, Asking, PATIENCE},
    kiosk::Practice,
    ledger::{End, Step},
    people::{PASSWORD, Person},
    place::HOST,
};

/// Handed over, begun and sent: each is leased for a minute where its portal dies over it.
const PATIENCE_WITH_WHAT_WAS_KEPT: Duration = Duration::from_mins(10);

/// Codes that may be typed for one number in a day on the page of the text.
pub(crate) const CODE_TRIES: u32 = 5;
/// Codes that may be asked for on a phone in ten minutes.
pub(crate) const CODES_ASKED_FOR: u32 = 3;

/// Somebody with their phone.
pub(crate) struct Patient<'a> {
    pub(crate) practice: &'a Practice,
    pub(crate) asking: &'a Asking,
    /// Theirs in the ledger.
    pub(crate) entry: usize,
    pub(crate) person: &'a Person,
}

/// What they wait for when they have left the kiosk.
#[derive(Clone, Copy)]
pub(crate) enum Message {
    /// They went home with a reference.
    Text,
    /// They have a password.
    Email,
}

/// What became of typing codes.
enum Typed {
    Right { page: String },
    UsedUp(End),
}

impl Patient<'_> {
    /// To the end.
    pub(crate) async fn goes_on(&self, after: Message) -> Result<End> {
        match after {
            Message::Text => self.after_text().await,
            Message::Email => self.after_email().await,
        }
    }

    /// To a password on the page whose address is in the text, and on from there.
    async fn after_text(&self) -> Result<End> {
        let page = match self.type_code().await? {
            Typed::Right { page } => page,
            Typed::UsedUp(end) => return Ok(end),
        };
        ensure!(page.contains("action=\"/p\""), "no password is asked for");
        let pass = hidden(&page, "pass")?;
        let set = self.asking.submit("/p", &format!("pass={pass}&password={}", typed(PASSWORD))).await?;
        ensure!(set.status == StatusCode::OK, "the password: {}", set.status);
        self.practice.ledger.acknowledged(self.entry, Step::PasswordSet);
        self.after_email().await
    }

    /// On the page whose address is in the text. A code that was used up by a request whose answer was lost is followed by
    /// another.
    async fn type_code(&self) -> Result<Typed> {
        let ledger = &self.practice.ledger;
        let to = self.person.mobile_typed();
        let mobile = typed(&to);
        let text = self.practice.phones.message_to(&to, 0, PATIENCE_WITH_WHAT_WAS_KEPT).await;
        let text = text.context("no text came")?;
        let page = address_in(&text, "/c")?;
        let mut answer =
            self.asking.submit(page, &format!("mobile={mobile}&code={}", code_in(&text)?)).await?;
        let (mut tries, mut asked) = (answer.tries, 0);
        for nth in 1.. {
            match answer.status {
                StatusCode::OK => {
                    ledger.acknowledged(self.entry, Step::CodeChecked);
                    return Ok(Typed::Right { page: answer.text });
                }
                StatusCode::UNPROCESSABLE_ENTITY if tries < CODE_TRIES => {}
                StatusCode::UNPROCESSABLE_ENTITY => break,
                status => bail!("the code: {status}"),
            }
            let Answer { status, text: sent, tries: more } =
                self.asking.submit("/f", &format!("mobile={mobile}")).await?;
            asked += more;
            ledger.asked_for_codes(self.entry, more);
            match status {
                StatusCode::OK => {}
                StatusCode::TOO_MANY_REQUESTS => break,
                status => bail!("another code: {status}"),
            }
            let text = self.practice.phones.message_to(&to, nth, PATIENCE).await.context("no code came")?;
            let form = format!("pass={}&code={}", hidden(&sent, "pass")?, code_in(&text)?);
            answer = self.asking.submit("/f/code", &form).await?;
            tries += answer.tries;
        }
        Ok(Typed::UsedUp(End::CodesUsedUp { tries, asked }))
    }

    /// Link and terms.
    async fn after_email(&self) -> Result<End> {
        let ledger = &self.practice.ledger;
        let mail = self.practice.phones.message_to(&self.person.email, 0, PATIENCE).await;
        let mail = mail.context("no email came")?;
        let link = address_in(&mail, "/l/")?;
        let password = format!("password={}", typed(PASSWORD));
        let opened = self.asking.submit(&format!("{link}/password"), &password).await?;
        match opened.status {
            StatusCode::OK => ledger.acknowledged(self.entry, Step::LinkOpened),
            StatusCode::GONE => return Ok(End::LinkLocked { tries: opened.tries }),
            status => bail!("the link: {status}"),
        }
        let (pass, terms) = (hidden(&opened.text, "pass")?, hidden(&opened.text, "terms")?);
        let done = self.asking.submit("/t", &format!("pass={pass}&terms={terms}&answer=accept")).await?;
        if done.status != StatusCode::OK || done.text.contains("name=\"pass\"") {
            bail!("the terms: {}", done.status);
        }
        ledger.acknowledged(self.entry, Step::TermsAccepted);
        Ok(End::Registered)
    }
}

pub(crate) fn code_in(text: &str) -> Result<&str> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6);
    digits.context("a code of six digits")
}

/// The path of the portal's address in a message.
fn address_in<'m>(message: &'m str, begins: &str) -> Result<&'m str> {
    let origin = format!("http://{HOST}");
    let path = message.split_whitespace().find_map(|word| word.strip_prefix(origin.as_str()));
    path.filter(|path| path.starts_with(begins)).context("a message has an address")
}

/// As a form carries it.
fn typed(text: &str) -> String {
    text.replace(' ', "+")
}

/// The value of a hidden field.
fn hidden<'p>(page: &'p str, name: &str) -> Result<&'p str> {
    let found = page.split_once(&format!("name=\"{name}\" value=\""));
    found.and_then(|(_, after)| after.split('"').next()).context("the page has the field")
}
