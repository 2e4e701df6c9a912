//! Where the practice's records are, and the system that holds them.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use chrono::TimeDelta;
use kiosk_api::kiosk::Mode;
use portal::Records;
use practice_systems::{
    BaseUrl, Budget, Dentally, Fhir, Limiter, OpenDental, PhoneFormat, PracticeSystem, Secret, Situation,
    Timing, TokioWaits, dentally, fhir, open_dental,
};
use registration::{time::Clock, values::email::EmailAddress};

use super::{
    Problems, Told,
    keys::{
        Key, PRACTICE_NAME, PRACTICE_SYSTEM, PRACTICE_SYSTEM_ADDRESS, PRACTICE_SYSTEM_CONTACT,
        PRACTICE_SYSTEM_DEVELOPER_KEY_FILE, PRACTICE_SYSTEM_KEY_FILE, PRACTICE_SYSTEM_REQUESTS_PER_MINUTE,
    },
    not_its_unit,
};

/// From a request to the last octet of its answer; Open Dental's page advises patience of a minute with large lists.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);

/// Where the records are, as it was written.
pub(crate) enum RecordsIn {
    Own,
    ByHand,
    Dentally(dentally::Config),
    OpenDental(open_dental::Config),
    Fhir { config: fhir::Config, per_minute: NonZeroU32 },
}

impl RecordsIn {
    /// The system behind its limits; `None` where there is none. Asks nobody.
    pub(crate) fn system(&self, clock: Arc<dyn Clock>) -> Result<Option<Arc<dyn PracticeSystem>>, Situation> {
        let timing = Timing { clock, waits: Arc::new(TokioWaits), answer_within: ANSWER_WITHIN };
        let limiter = |budget| Arc::new(Limiter::new(budget));
        Ok(match self {
            Self::Own | Self::ByHand => None,
            Self::Dentally(config) => {
                Some(Arc::new(Dentally::new(config.clone(), limiter(dentally::BUDGET), timing)?))
            }
            Self::OpenDental(config) => {
                let limiter = limiter(config.mode.budget());
                Some(Arc::new(OpenDental::new(config.clone(), limiter, timing)?))
            }
            Self::Fhir { config, per_minute } => {
                let budget = Budget { requests: *per_minute, window: TimeDelta::minutes(1), keep_back: 0 };
                Some(Arc::new(Fhir::new(config.clone(), limiter(budget), timing)?))
            }
        })
    }

    /// For a portal.
    pub(crate) fn records(&self, clock: Arc<dyn Clock>) -> Result<Records, Situation> {
        let system = self.system(clock)?;
        Ok(match (self, system) {
            (_, Some(system)) => Records::Elsewhere { name: self.name(), system },
            (Self::ByHand, None) => Records::ByHand,
            (Self::Own | Self::Dentally(_) | Self::OpenDental(_) | Self::Fhir { .. }, None) => Records::Own,
        })
    }

    /// Which system it is: kind and address.
    fn name(&self) -> String {
        match self {
            Self::Own => "own".to_owned(),
            Self::ByHand => "by_hand".to_owned(),
            Self::Dentally(config) => format!("dentally {}", config.base.as_str()),
            Self::OpenDental(config) => format!("open_dental {}", config.base.as_str()),
            Self::Fhir { config, .. } => format!("fhir {}", config.base.as_str()),
        }
    }
}

impl Told {
    /// Where the practice keeps its patients.
    pub(crate) fn records_in(&self) -> Result<RecordsIn, Problems> {
        match self.required(&PRACTICE_SYSTEM)? {
            "own" => Ok(RecordsIn::Own),
            "by_hand" => Ok(RecordsIn::ByHand),
            "dentally" => self.dentally(),
            "open_dental" => self.open_dental(),
            "fhir" => self.fhir(),
            _ => Err(not_its_unit(&PRACTICE_SYSTEM)),
        }
    }

    fn dentally(&self) -> Result<RecordsIn, Problems> {
        let mut problems = Problems::default();
        let base = problems.keep(self.system_address());
        let key = problems.keep(self.system_key(&PRACTICE_SYSTEM_KEY_FILE));
        let contact =
            problems.keep(self.parsed(&PRACTICE_SYSTEM_CONTACT, |text| EmailAddress::parse(text).ok()));
        let mobile_policy = problems.keep(self.mobile_policy());
        let (Some(base), Some(key), Some(contact), Some(mobile_policy)) = (base, key, contact, mobile_policy)
        else {
            return Err(problems);
        };
        Ok(RecordsIn::Dentally(dentally::Config {
            base,
            key,
            user_agent: format!("Vestibule/{} ({})", env!("CARGO_PKG_VERSION"), contact.as_str()),
            search_parameter: "query".to_owned(),
            phone_format: PhoneFormat::NationalDigits,
            mobile_policy,
        }))
    }

    fn open_dental(&self) -> Result<RecordsIn, Problems> {
        let mut problems = Problems::default();
        let base = problems.keep(self.system_address());
        let customer_key = problems.keep(self.system_key(&PRACTICE_SYSTEM_KEY_FILE));
        let developer_key = problems.keep(self.system_key(&PRACTICE_SYSTEM_DEVELOPER_KEY_FILE));
        let mobile_policy = problems.keep(self.mobile_policy());
        let (Some(base), Some(customer_key), Some(developer_key), Some(mobile_policy)) =
            (base, customer_key, developer_key, mobile_policy)
        else {
            return Err(problems);
        };
        // On the practice's own machine everybody can be looked at; through the internet that would take all day.
        let (mode, search) = if base.is_on_this_machine() {
            (open_dental::Mode::OnThisMachine, open_dental::Search::Everybody)
        } else {
            (open_dental::Mode::Remote, open_dental::Search::ByFamilyName)
        };
        Ok(RecordsIn::OpenDental(open_dental::Config {
            base,
            mode,
            developer_key,
            customer_key,
            search,
            phone_format: PhoneFormat::National,
            mobile_policy,
        }))
    }

    fn fhir(&self) -> Result<RecordsIn, Problems> {
        let mut problems = Problems::default();
        let base = problems.keep(self.system_address());
        let token = problems.keep(self.system_secret(&PRACTICE_SYSTEM_KEY_FILE));
        let practice = problems.keep(self.required(&PRACTICE_NAME));
        let per_minute = problems.keep(self.number(&PRACTICE_SYSTEM_REQUESTS_PER_MINUTE, 1, 6_000));
        let mobile_policy = problems.keep(self.mobile_policy());
        let (Some(base), Some(token), Some(practice), Some(per_minute), Some(mobile_policy)) =
            (base, token, practice, per_minute.and_then(NonZeroU32::new), mobile_policy)
        else {
            return Err(problems);
        };
        let agent = format!("Vestibule at {practice}");
        Ok(RecordsIn::Fhir { config: fhir::Config { base, token, agent, mobile_policy }, per_minute })
    }

    fn system_address(&self) -> Result<BaseUrl, Problems> {
        let base = BaseUrl::parse(self.required(&PRACTICE_SYSTEM_ADDRESS)?)
            .map_err(|refused| Problems::one(PRACTICE_SYSTEM_ADDRESS.name, refused.to_string()))?;
        if self.mode()? == Mode::Sandbox && !base.is_on_this_machine() {
            let what = "leads to another machine, and a sandbox would write invented people into its records: in sandbox mode, a \
                        test system on this machine only";
            return Err(Problems::one(PRACTICE_SYSTEM_ADDRESS.name, what));
        }
        Ok(base)
    }

    fn system_key(&self, key: &Key) -> Result<Secret, Problems> {
        let bytes = self.required_secret(key)?;
        as_text(key, &bytes)
    }

    fn system_secret(&self, key: &Key) -> Result<Option<Secret>, Problems> {
        self.secret(key)?.map(|bytes| as_text(key, &bytes)).transpose()
    }
}

fn as_text(key: &Key, bytes: &[u8]) -> Result<Secret, Problems> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problems::one(key.name, "the file is not UTF-8"))?;
    Ok(Secret::new(text.to_owned()))
}
