//! The portal that this kiosk belongs to, and what it shows there.

use kiosk_api::problem::FieldProblemCode;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

/// An origin whose answers are encrypted: `https://`, a host, perhaps a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PortalAddress(String);

impl PortalAddress {
    /// As somebody types it at the glass: `https://` may be left out, and a slash at the end is none of ours.
    pub(crate) fn parse_typed(typed: &str) -> Result<Self, FieldProblemCode> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(FieldProblemCode::Missing);
        }
        let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
        let url = Url::parse(&whole).map_err(|_| FieldProblemCode::AddressNotAnOrigin)?;
        match url.scheme() {
            "https" => {}
            "http" => return Err(FieldProblemCode::AddressNotHttps),
            _ => return Err(FieldProblemCode::AddressNotAnOrigin),
        }
        // What an origin has not: login, path, query, fragment.
        if format!("{}/", url.origin().ascii_serialization()) != url.as_str() {
            return Err(FieldProblemCode::AddressNotAnOrigin);
        }
        Ok(Self(url.origin().ascii_serialization()))
    }

    /// Scheme, host and port, without a slash at the end.
    pub(crate) fn origin(&self) -> &str {
        &self.0
    }
}

/// What makes this machine a kiosk of a portal. `Debug` is silent.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Connection {
    pub(crate) address: PortalAddress,
    /// As staff call this kiosk.
    pub(crate) name: String,
    credential: Zeroizing<String>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection")
    }
}

/// As the key store keeps it.
#[derive(Serialize, Deserialize)]
struct Kept {
    address: String,
    name: String,
    credential: String,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.credential.zeroize();
    }
}

impl Connection {
    pub(crate) const fn new(address: PortalAddress, name: String, credential: Zeroizing<String>) -> Self {
        Self { address, name, credential }
    }

    /// For the `Authorization` header alone.
    pub(crate) fn credential(&self) -> &str {
        &self.credential
    }

    /// For the key store alone.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let kept = Kept {
            address: self.address.origin().to_owned(),
            name: self.name.clone(),
            credential: self.credential.as_str().to_owned(),
        };
        Zeroizing::new(serde_json::to_vec(&kept).expect("three texts can be written"))
    }

    /// `None`: these bytes were not written by [`Self::to_bytes`].
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut kept: Kept = serde_json::from_slice(bytes).ok()?;
        let address = PortalAddress::parse_typed(&kept.address).ok()?;
        let credential = Zeroizing::new(std::mem::take(&mut kept.credential));
        Some(Self { address, name: std::mem::take(&mut kept.name), credential })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_people_type_it() {
        for typed in [
            "register.example.org",
            " https://register.example.org ",
            "HTTPS://Register.Example.org/",
            "register.example.org:443",
        ] {
            let address = PortalAddress::parse_typed(typed).expect(typed);
            assert_eq!(address.origin(), "https://register.example.org", "{typed}");
        }
        let with_port = PortalAddress::parse_typed("10.0.0.7:8443").expect("a port");
        assert_eq!(with_port.origin(), "https://10.0.0.7:8443");
    }

    #[test]
    fn an_address_that_is_more_or_less_than_an_origin_is_refused() {
        use FieldProblemCode::{AddressNotAnOrigin, AddressNotHttps, Missing};
        for (typed, why) in [
            ("", Missing),
            ("   ", Missing),
            ("http://register.example.org", AddressNotHttps),
            ("ftp://register.example.org", AddressNotAnOrigin),
            ("register.example.org/api", AddressNotAnOrigin),
            ("https://register.example.org/?a", AddressNotAnOrigin),
            ("https://register.example.org/#a", AddressNotAnOrigin),
            ("https://name:word@register.example.org", AddressNotAnOrigin),
            ("https://", AddressNotAnOrigin),
            ("register example.org", AddressNotAnOrigin),
        ] {
            assert_eq!(PortalAddress::parse_typed(typed), Err(why), "{typed}");
        }
    }

    #[test]
    fn a_connection_is_read_as_it_was_kept_and_says_nothing_by_itself() {
        let address = PortalAddress::parse_typed("register.example.org").expect("an address");
        let secret = Zeroizing::new("b2Nlbg".to_owned());
        let connection = Connection::new(address, "Front desk".to_owned(), secret);
        assert_eq!(Connection::from_bytes(&connection.to_bytes()), Some(connection.clone()));
        assert_eq!(format!("{connection:?}"), "Connection");
        for other in [&b""[..], b"{}", b"\0\x01", br#"{"address":"http://a","name":"b","credential":"c"}"#] {
            assert_eq!(Connection::from_bytes(other), None);
        }
    }
}
