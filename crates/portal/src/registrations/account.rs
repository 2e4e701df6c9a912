//! The end of the way in: who is this, and the one account they get. All of it is one transaction with the acceptance of
//! the terms, and none of it shows in any answer.

use matching::{KnownAccount, ReviewReason, Standing, Verdict, standing};
use registration::{
    flow::{Registration, State},
    ids::{AccountId, PatientId, ReviewId},
    secrets::password::PasswordHash,
    time::Timestamp,
    values::{email::EmailAddress, mobile::MobileNumber, verified::Verified},
};
use store::{
    Acceptance, AccountRow, Act, ByStaff, NamedRecord, NewAccount, OutboxKind, RecordUpdateState, ReviewRow,
    StoreError, Tx,
};

use crate::{
    Portal,
    documents::TERMS,
    outbox::{NEVER, Payload, Promised, Step},
    refused::Refusal,
};

impl Portal {
    /// Invariant 3: a new person gets an account; one whose account has both of these contact points gets its password
    /// reset and a notice; one whose account has others goes to staff, and the account stays as it is.
    pub(super) async fn match_and_account(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        password: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let State::Registered { mobile, email, .. } = &registration.state else {
            return Err(Refusal::NotInThisState);
        };
        tx.add_acceptance(Acceptance {
            practice: self.practice(),
            registration: registration.id,
            terms_version: TERMS.version,
            document_sha256: TERMS.sha256(),
            at: now,
        })
        .await?;
        let details = &registration.details;
        let mut named = None;
        // A practice system is asked later, outside any transaction. Of two that would join one record, the second must see the first.
        let verdict =
            if self.elsewhere.is_some() {
                None
            } else {
                tx.take_turns_in_creating(self.practice()).await?;
                let judged = self.judge(tx, registration, email.value().as_str(), now).await?;
                named = self.named_by_staff(tx, registration).await?;
                Some(named.map_or(judged, |named| Verdict::Linked {
                    patient: named.patient,
                    version: named.version,
                }))
            };
        let of_name = tx.account_of_person(self.practice(), &details.name, details.date_of_birth).await?;
        let shows_record = match &verdict {
            Some(Verdict::Linked { patient, .. }) => {
                tx.account_of_record(self.practice(), *patient).await?.is_some()
            }
            Some(Verdict::New | Verdict::Review { .. }) | None => false,
        };
        let of_name = of_name.map(|account| KnownAccount {
            id: account.id,
            has_these_contacts: has_contacts(&account, mobile, email),
        });
        let known = match standing(of_name, shows_record) {
            Standing::Nobody => {
                let account = self.make_account(tx, registration, mobile, email, password, now).await?;
                return match verdict {
                    Some(verdict) => self.act_on(tx, registration, (account, verdict, named), now).await,
                    None => self.look_later(tx, registration, account, now).await,
                };
            }
            Standing::NotTheirs => {
                let reason = ReviewReason::AccountExistsWithOtherContacts;
                let verdict = match verdict {
                    Some(verdict) => verdict,
                    None => self.judge(tx, registration, email.value().as_str(), now).await?,
                };
                return Ok(self.review(tx, registration, reason, records_of(verdict), now).await?);
            }
            Standing::Theirs(known) => known,
        };
        tx.reset_account_password(self.practice(), known, password, now).await?;
        self.log_own(tx, registration, Act::AccountReset, None, Some(known), now).await?;
        let notice = Promised {
            registration: Some(registration.id),
            kind: OutboxKind::NoticeRegisteredAgain,
            payload: Payload::Own,
            not_before: now,
            expires_at: now + NEVER,
        };
        self.promise(tx, notice, now).await?;
        match verdict {
            // The earlier registration has promised the record already.
            Some(Verdict::New) => Ok(()),
            Some(verdict) => self.act_on(tx, registration, (known, verdict, named), now).await,
            None => self.look_later(tx, registration, known, now).await,
        }
    }

    /// Promises to ask the practice system who this is, and to do what follows.
    async fn look_later(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        account: AccountId,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let payload = Payload::There { account: Some(account.0), step: Step::Look, strikes: 0 };
        self.promise_record(tx, registration, OutboxKind::RecordUpdate, payload, None, now).await
    }

    /// The mobile is proven and there is no email address: staff finish it.
    pub(super) async fn review_without_email(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let verdict = self.judge(tx, registration, "", now).await?;
        Ok(self.review(tx, registration, ReviewReason::NoEmail, records_of(verdict), now).await?)
    }

    async fn act_on(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        (account, verdict, named): (AccountId, Verdict, Option<NamedRecord>),
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let (kind, payload, patient) = match verdict {
            Verdict::Linked { patient, version } => {
                if let Some(reason) = self.hindrance(tx, account, patient).await? {
                    return Ok(self.review(tx, registration, reason, vec![patient], now).await?);
                }
                match named {
                    Some(NamedRecord { staff, .. }) => {
                        let staff = ByStaff { id: staff, kiosk: None };
                        self.link_by_staff(staff, tx, registration, (account, patient), now).await?;
                    }
                    None => self.link(tx, registration, account, patient, now).await?,
                }
                (OutboxKind::RecordUpdate, Payload::update(patient, version), Some(patient))
            }
            Verdict::New => (OutboxKind::RecordCreate, Payload::create(Some(account)), None),
            Verdict::Review { doubt, candidates } => {
                return Ok(self.review(tx, registration, doubt.into(), candidates, now).await?);
            }
        };
        self.promise_record(tx, registration, kind, payload, patient, now).await
    }

    async fn promise_record(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        kind: OutboxKind,
        payload: Payload,
        patient: Option<PatientId>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let promised = Promised {
            registration: Some(registration.id),
            kind,
            payload,
            not_before: now,
            expires_at: now + NEVER,
        };
        self.promise(tx, promised, now).await?;
        let waiting = RecordUpdateState::Waiting;
        Ok(tx.keep_record_update(self.practice(), registration.id, patient, waiting, now).await?)
    }

    async fn make_account(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        mobile: &Verified<MobileNumber>,
        email: &Verified<EmailAddress>,
        password: &PasswordHash,
        now: Timestamp,
    ) -> Result<AccountId, StoreError> {
        let id = AccountId::draw(now, &mut self.rng());
        tx.add_account(&NewAccount {
            practice: self.practice(),
            id,
            registration: registration.id,
            details: &registration.details,
            mobile,
            email,
            password,
            at: now,
        })
        .await?;
        self.log_own(tx, registration, Act::AccountMade, None, Some(id), now).await?;
        Ok(id)
    }

    pub(crate) async fn review(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        reason: ReviewReason,
        candidates: Vec<PatientId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let review = ReviewRow {
            id: ReviewId::draw(now, &mut self.rng()),
            practice: self.practice(),
            registration: registration.id,
            reason,
            candidates,
            at: now,
        };
        tx.add_review(&review).await?;
        if review.candidates.is_empty() {
            return self.log_own(tx, registration, Act::ReviewOpened, None, None, now).await;
        }
        for candidate in review.candidates {
            self.log_own(tx, registration, Act::ReviewOpened, Some(candidate), None, now).await?;
        }
        Ok(())
    }
}

/// Whether these are the account's own.
pub(crate) fn has_contacts(
    account: &AccountRow,
    mobile: &Verified<MobileNumber>,
    email: &Verified<EmailAddress>,
) -> bool {
    account.mobile_e164 == mobile.value().e164() && account.email == email.value().as_str()
}

/// The records a verdict is about.
pub(crate) fn records_of(verdict: Verdict) -> Vec<PatientId> {
    match verdict {
        Verdict::Linked { patient, .. } => vec![patient],
        Verdict::New => Vec::new(),
        Verdict::Review { candidates, .. } => candidates,
    }
}
