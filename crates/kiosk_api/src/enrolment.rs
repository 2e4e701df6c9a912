//! Bodies of the one route that a machine calls before it is a kiosk. The window never sees them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kiosk::Mode;

/// `POST /enrolment`. It carries neither a credential nor an idempotency key: a code works once, and whoever loses the answer
/// needs another code.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// As typed; any case, with or without hyphens.
    pub code: String,
    /// How this machine treats people's data. A portal of another mode refuses it, and the code stays unused.
    pub mode: Mode,
}

impl std::fmt::Debug for Enrol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrol")
    }
}

/// Its answer.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Enrolled {
    /// For the kiosk's key store and the `Authorization` header alone.
    pub credential: String,
    /// As staff call this kiosk.
    pub name: String,
}

impl std::fmt::Debug for Enrolled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolled")
    }
}
