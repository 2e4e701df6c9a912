//! What is counted before anything is compared or sent. A counter's subject is a keyed MAC: no table holds a number.

use registration::{
    flow::{CountedTry, Registration, figures::TRIES_PER_CODE},
    ids::KioskId,
    limits::{
        CODE_CHECKS_PER_NUMBER, CODE_CHECKS_PER_NUMBER_BY_PHONE, CODE_COMPARES_PER_NUMBER_BY_PHONE,
        CODE_SENDS_PER_KIOSK, CODE_SENDS_PER_NUMBER, CODE_SENDS_PER_NUMBER_BY_PHONE, EMAILS_PER_ADDRESS,
        EMAILS_PER_KIOSK_HOUR, JOURNAL_SENDS_PER_PRACTICE_DAY, Limit, LimitReached, SENDS_PER_PRACTICE_DAY,
        SENDS_PER_STAFF_HOUR,
    },
    secrets::code::CodePurpose,
    time::Timestamp,
    values::{email::EmailAddress, mobile::MobileNumber},
};
use store::{CountedOnNumber, LimitSubject, NumberTries, StaffSession, StoreError, Tx};

use super::LinkDue;
use crate::{Portal, outbox::Counted, refused::Refusal};

/// Of the tries on a code, so many are for whoever stands at the kiosk: a stranger who types the number on a page cannot
/// use the code up.
const TRIES_LEFT_TO_THE_KIOSK: u8 = 1;

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}

impl Portal {
    /// A number as a counter of this practice knows it.
    fn number_subject(&self, mobile: &MobileNumber) -> LimitSubject {
        self.subject(b"mobile", mobile.e164())
    }

    /// Of the practice too: whoever reads the counters of two practices that share a master key does not see who is known to both.
    fn subject(&self, kind: &[u8], contact: &str) -> LimitSubject {
        let practice = self.practice();
        LimitSubject(hex(&self.keys.limits.mac(&[practice.0.as_bytes(), kind, contact.as_bytes()])))
    }

    /// Counts one try on the code, then on its number for the day; both are committed when this returns. A try that
    /// finds nothing left on the code spends none of the number's.
    pub(super) async fn count_try(
        &self,
        registration: &Registration,
        purpose: CodePurpose,
        now: Timestamp,
    ) -> Result<CountedTry, Refusal> {
        let counted = self
            .store
            .count_code_try(self.practice(), registration.id, purpose)
            .await?
            .ok_or(Refusal::NotInThisState)?;
        if counted.tries_used() > TRIES_PER_CODE {
            return Err(Refusal::CodeTriesUsedUp { retry_at: registration.next(now).may_resend_at });
        }
        self.count_number(&registration.details.mobile, now).await?;
        Ok(counted)
    }

    /// Counts one try on the number alone.
    pub(super) async fn count_number(&self, mobile: &MobileNumber, now: Timestamp) -> Result<(), Refusal> {
        self.take(&[(CODE_CHECKS_PER_NUMBER, self.number_subject(mobile))], now)
            .await?
            .map_err(|reached| Refusal::NumberTriesUsedUp { retry_at: reached.retry_at })
    }

    /// Counts one try on the page that anybody may open with any number, and a try on each code that will be compared. Only
    /// the page's own limit refuses, alike for every number; where a shared one is reached less is compared, and nothing
    /// shows it.
    pub(super) async fn count_tries_by_phone(
        &self,
        mobile: &MobileNumber,
        now: Timestamp,
    ) -> Result<Vec<CountedOnNumber>, Refusal> {
        let number = self.number_subject(mobile);
        let tries = NumberTries {
            practice: self.practice(),
            mobile_e164: mobile.e164(),
            asked: &(CODE_CHECKS_PER_NUMBER_BY_PHONE, number.clone()),
            compared: &[
                (CODE_COMPARES_PER_NUMBER_BY_PHONE, number.clone()),
                (CODE_CHECKS_PER_NUMBER, number),
            ],
            left_on_code: TRIES_LEFT_TO_THE_KIOSK,
        };
        self.store
            .count_number_tries(tries, now)
            .await?
            .map_err(|reached| Refusal::NumberTriesUsedUp { retry_at: reached.retry_at })
    }

    /// Counts a try on that page with something that is no code: nothing will be compared.
    pub(super) async fn count_check_by_phone(
        &self,
        mobile: &MobileNumber,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.take(&[(CODE_CHECKS_PER_NUMBER_BY_PHONE, self.number_subject(mobile))], now)
            .await?
            .map_err(|reached| Refusal::NumberTriesUsedUp { retry_at: reached.retry_at })
    }

    /// Counts one code asked for on that page, whatever the number is.
    pub(super) async fn count_send_by_phone(
        &self,
        mobile: &MobileNumber,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let number = self.number_subject(mobile);
        let takes = CODE_SENDS_PER_NUMBER_BY_PHONE.map(|limit| (limit, number.clone()));
        self.take(&takes, now)
            .await?
            .map_err(|reached| Refusal::TooManySends { retry_at: Some(reached.retry_at) })
    }

    /// Counts one code about to be sent: to the number, and of the practice. All or none.
    pub(crate) async fn count_send(&self, mobile: &MobileNumber, now: Timestamp) -> Result<(), Refusal> {
        let mut takes = self.number_sends(mobile);
        takes.push((SENDS_PER_PRACTICE_DAY, LimitSubject(self.practice().to_string())));
        self.take(&takes, now)
            .await?
            .map_err(|reached| Refusal::TooManySends { retry_at: Some(reached.retry_at) })
    }

    /// Counts one code or link that a staff member has sent: nobody uses up the practice's day alone.
    pub(crate) async fn count_send_by_staff(
        &self,
        session: &StaffSession,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let take = (SENDS_PER_STAFF_HOUR, LimitSubject(session.staff.0.to_string()));
        self.take(&[take], now)
            .await?
            .map_err(|reached| Refusal::TooManySends { retry_at: Some(reached.retry_at) })
    }

    /// Counts one code that a kiosk asks for, also for that kiosk, in the transaction that is to promise it: what fails before it is
    /// promised is not counted, however often it is asked for again.
    pub(super) async fn begin_with_send(
        &self,
        mobile: &MobileNumber,
        kiosk: KioskId,
        now: Timestamp,
    ) -> Result<Tx, Refusal> {
        let mut takes = self.number_sends(mobile);
        takes.extend(CODE_SENDS_PER_KIOSK.iter().map(|limit| (*limit, LimitSubject(kiosk.to_string()))));
        takes.push((SENDS_PER_PRACTICE_DAY, LimitSubject(self.practice().to_string())));
        self.begin_taking(&takes, now)
            .await?
            .map_err(|reached| Refusal::TooManySends { retry_at: Some(reached.retry_at) })
    }

    /// The same for somebody whose details a kiosk kept: to the number, and of what the practice has for them.
    pub(super) async fn count_send_from_journal(
        &self,
        mobile: &MobileNumber,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut takes = self.number_sends(mobile);
        for limit in [JOURNAL_SENDS_PER_PRACTICE_DAY, SENDS_PER_PRACTICE_DAY] {
            takes.push((limit, LimitSubject(self.practice().to_string())));
        }
        self.take(&takes, now)
            .await?
            .map_err(|reached| Refusal::TooManySends { retry_at: Some(reached.retry_at) })
    }

    /// Counts one send to the number alone: where nothing may be sent, or where it is an email that the number asks for.
    pub(super) async fn count_number_sends(
        &self,
        mobile: &MobileNumber,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.take(&self.number_sends(mobile), now)
            .await?
            .map_err(|reached| Refusal::TooManySends { retry_at: Some(reached.retry_at) })
    }

    fn number_sends(&self, mobile: &MobileNumber) -> Vec<(Limit, LimitSubject)> {
        let number = self.number_subject(mobile);
        CODE_SENDS_PER_NUMBER.iter().map(|limit| (*limit, number.clone())).collect()
    }

    /// Counts one email about to be promised. Where its address or the kiosk has had its share the link is made all the
    /// same and its email promised for later, when it is counted again: the patient gets it, and nobody floods a stranger's
    /// mailbox.
    pub(crate) async fn count_email(
        &self,
        address: &EmailAddress,
        now: Timestamp,
    ) -> Result<LinkDue, Refusal> {
        Ok(link_due(self.take_email(address, None, now).await?, None, now))
    }

    /// The same in the transaction that is to promise it, as a kiosk asks.
    pub(super) async fn begin_with_email(
        &self,
        address: &EmailAddress,
        kiosk: KioskId,
        now: Timestamp,
    ) -> Result<(Tx, LinkDue), Refusal> {
        let kiosk = Some(kiosk);
        Ok(match self.begin_taking(&self.emails(address, kiosk), now).await? {
            Ok(tx) => (tx, link_due(Ok(()), kiosk, now)),
            Err(reached) => (self.store.begin(self.practice()).await?, link_due(Err(reached), kiosk, now)),
        })
    }

    /// Counts one email to its address, and for the kiosk that caused it if one did. All or none.
    pub(crate) async fn take_email(
        &self,
        address: &EmailAddress,
        kiosk: Option<KioskId>,
        now: Timestamp,
    ) -> Result<Result<(), LimitReached>, StoreError> {
        self.take(&self.emails(address, kiosk), now).await
    }

    fn emails(&self, address: &EmailAddress, kiosk: Option<KioskId>) -> Vec<(Limit, LimitSubject)> {
        let subject = self.subject(b"email", address.as_str());
        let to_address = EMAILS_PER_ADDRESS.iter().map(|limit| (*limit, subject.clone()));
        let by_kiosk = kiosk.map(|kiosk| (EMAILS_PER_KIOSK_HOUR, LimitSubject(kiosk.to_string())));
        to_address.chain(by_kiosk).collect()
    }

    /// A transaction in which these are counted.
    async fn begin_taking(
        &self,
        takes: &[(Limit, LimitSubject)],
        now: Timestamp,
    ) -> Result<Result<Tx, LimitReached>, StoreError> {
        let practice = self.practice();
        let mut tx = self.store.begin(practice).await?;
        let Some((limit, subject)) = tx.take_limits(practice, takes, now).await? else { return Ok(Ok(tx)) };
        drop(tx);
        self.store.limit_reached(practice, limit, subject, now).await.map(Err)
    }

    async fn take(
        &self,
        takes: &[(Limit, LimitSubject)],
        now: Timestamp,
    ) -> Result<Result<(), LimitReached>, StoreError> {
        self.store.take_limits(self.practice(), takes, now).await
    }
}

const fn link_due(taken: Result<(), LimitReached>, kiosk: Option<KioskId>, now: Timestamp) -> LinkDue {
    match taken {
        Ok(()) => LinkDue { at: now, counted: Counted::Already },
        Err(reached) => LinkDue { at: reached.retry_at, counted: Counted::WhenItGoes { kiosk } },
    }
}
