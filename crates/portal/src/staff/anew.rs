//! Registrations that staff begin: in the place of another, or of a patient whose record they have before them.

use kiosk_api::problem::Field;
use rand::Rng as _;
use registration::{
    flow::{Moved, Registration},
    ids::{KioskId, PatientId, RegistrationId, draw_uuid},
    secrets::reference::Reference,
    time::Timestamp,
    values::{details::Details, id_seen::IdSeen, language::Language, mobile::MobileNumber},
};
use store::{Act, Actor, DESK, NamedRecord, NewIdentitySeen, StaffSession, StoreError, Tx};

use super::{
    letting_in::{by, refuse},
    refused::StaffRefused,
};
use crate::{Portal, registrations::Carried};

impl Portal {
    /// Another number is another registration: this one ends, and the code of the other goes to the number typed. That is no way to
    /// anybody's link: the patient has still to prove it.
    pub(super) async fn correct_mobile_by_staff(
        &self,
        session: &StaffSession,
        registration: Registration,
        typed: &str,
        seen: Option<IdSeen>,
    ) -> Result<RegistrationId, StaffRefused> {
        let mobile = MobileNumber::parse(typed, &self.settings.mobile_policy)
            .map_err(|why| refuse(Field::Mobile, why))?;
        let details = Details { mobile, ..registration.details.clone() };
        let former = registration.clone();
        let ended = registration.give_up_mobile_by_staff(seen, self.now())?;
        self.begin_in_place_of(session, &former, Some(ended), details, (Act::MobileCorrected, seen)).await
    }

    /// The same details once more, from the beginning.
    pub(super) async fn restart_by_staff(
        &self,
        session: &StaffSession,
        registration: Registration,
    ) -> Result<RegistrationId, StaffRefused> {
        if !registration.may_begin_anew() {
            return Err(StaffRefused::NotPossibleNow);
        }
        let (former, details) = (registration.clone(), registration.details.clone());
        let ended = if registration.state.name().is_open() {
            Some(registration.cancel_by_staff(self.now())?)
        } else {
            None
        };
        self.begin_in_place_of(session, &former, ended, details, (Act::RegistrationRestarted, None)).await
    }

    /// Begins the other one at the kiosk of the former, in one transaction with the former's end. Of two who begin one in the place of the
    /// same, one does.
    async fn begin_in_place_of(
        &self,
        session: &StaffSession,
        former: &Registration,
        ended: Option<Moved>,
        details: Details,
        (act, seen): (Act, Option<IdSeen>),
    ) -> Result<RegistrationId, StaffRefused> {
        let (practice, now) = (self.practice(), self.now());
        let kiosk = self.store.kiosk_of(practice, former.id).await?.ok_or(StaffRefused::NotFound)?;
        self.count_send_by_staff(session, now).await?;
        self.count_send(&details.mobile, now).await?;
        let (begun, code) = self.begun(details, former.language, Reference::draw(&mut self.rng()), now);
        let id = begun.registration.id;
        let mut tx = self.store.begin(practice).await?;
        tx.take_turns_in_creating(practice).await?;
        if let Some(ended) = &ended {
            self.move_by_staff(&mut tx, session, (act, former.state.name()), ended, now).await?;
        } else {
            if tx.has_other_open(&begun.registration).await? {
                return Err(StaffRefused::ChangedMeanwhile);
            }
            self.log_help(&mut tx, session, act, former.id).await?;
        }
        let by = Actor::Staff(by(session));
        self.write_beginning(&mut tx, (kiosk, by), &begun, Carried::Code(&code), now).await?;
        self.log_help(&mut tx, session, act, id).await?;
        if ended.is_some() {
            self.name_anew(&mut tx, session, (former, &begun.registration), seen, now).await?;
        }
        self.commit(tx).await?;
        Ok(id)
    }

    /// Whose record it is stays what it was while the contacts stay. With another number it is the word of whoever corrects that, having
    /// seen who it is; of whoever has not, nobody has said it, and the machine decides.
    async fn name_anew(
        &self,
        tx: &mut Tx,
        session: &StaffSession,
        (former, begun): (&Registration, &Registration),
        seen: Option<IdSeen>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let named = tx.named_record(self.practice(), former.id).await?;
        match (seen, named) {
            (Some(seen), named) => {
                let record = named.map(|named| (named.patient, named.version));
                self.note_id_seen(tx, session, begun.id, (seen, record), now).await
            }
            (None, Some(named)) if former.details == begun.details => {
                self.carry_name(tx, session, begun.id, named, now).await
            }
            (None, _) => Ok(()),
        }
    }

    /// It stays the word of whoever said it, and when; that it holds here, too, is in the log as this staff member's act.
    async fn carry_name(
        &self,
        tx: &mut Tx,
        session: &StaffSession,
        registration: RegistrationId,
        NamedRecord { patient, version, seen, staff, at }: NamedRecord,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, practice) = (draw_uuid(now, &mut self.rng()), self.practice());
        let record = Some((patient, version));
        tx.add_identity_seen(NewIdentitySeen { id, practice, registration, seen, staff, record, at }).await?;
        self.log_begun(tx, session, registration, patient, now).await
    }

    /// Of a patient whose record this is, as the staff member says who has seen who they are.
    pub(super) async fn begin_for_record(
        &self,
        session: &StaffSession,
        details: Details,
        (seen, record): (IdSeen, (PatientId, i64)),
    ) -> Result<RegistrationId, StaffRefused> {
        let (practice, now) = (self.practice(), self.now());
        self.count_send_by_staff(session, now).await?;
        self.count_send(&details.mobile, now).await?;
        let reference = Reference::draw(&mut self.rng());
        let (begun, code) = self.begun(details, Language::default(), reference, now);
        let (id, actor) = (begun.registration.id, Actor::Staff(by(session)));
        let mut tx = self.store.begin(practice).await?;
        let kiosk = self.kiosk_or_desk(&mut tx, session.kiosk, now).await?;
        self.write_beginning(&mut tx, (kiosk, actor), &begun, Carried::Code(&code), now).await?;
        self.note_id_seen(&mut tx, session, id, (seen, Some(record)), now).await?;
        self.log_begun(&mut tx, session, id, record.0, now).await?;
        self.commit(tx).await?;
        Ok(id)
    }

    async fn kiosk_or_desk(
        &self,
        tx: &mut Tx,
        kiosk: Option<KioskId>,
        now: Timestamp,
    ) -> Result<KioskId, StoreError> {
        let Some(kiosk) = kiosk else {
            let mut nobodys = [0; 32];
            self.rng().fill_bytes(&mut nobodys);
            tx.put_desk(self.practice(), &nobodys, now).await?;
            return Ok(DESK);
        };
        Ok(kiosk)
    }
}
