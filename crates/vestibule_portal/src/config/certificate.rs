//! What the portal shows to whoever calls, where it speaks TLS itself.

use std::sync::Arc;

use tokio_rustls::rustls::{
    self, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

use super::{
    Problems, Told,
    keys::{CERTIFICATE_FILE, CERTIFICATE_KEY_FILE},
};

impl Told {
    /// Certificate and key belong together, and neither is of use alone.
    pub(super) fn tls(&self) -> Result<Option<Arc<ServerConfig>>, Problems> {
        let Some(path) = self.text(&CERTIFICATE_FILE) else {
            return if self.is_said(&CERTIFICATE_KEY_FILE) {
                Err(Problems::one(CERTIFICATE_FILE.name, "is not set, and certificate_key_file is: set both"))
            } else {
                Ok(None)
            };
        };
        let unusable = |what: String| Problems::one(CERTIFICATE_FILE.name, format!("{path} {what}"));
        let pem = std::fs::read(path).map_err(|error| unusable(format!("cannot be read: {error}")))?;
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&pem)
            .collect::<Result<_, _>>()
            .map_err(|_| unusable("is not a PEM file of certificates".to_owned()))?;
        if chain.is_empty() {
            return Err(unusable("holds no certificate".to_owned()));
        }
        let key = PrivateKeyDer::from_pem_slice(&self.required_secret(&CERTIFICATE_KEY_FILE)?)
            .map_err(|_| Problems::one(CERTIFICATE_KEY_FILE.name, "the file holds no private key in PEM"))?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| unusable(format!("and the key cannot be used together: {error}")))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Some(Arc::new(config)))
    }
}
