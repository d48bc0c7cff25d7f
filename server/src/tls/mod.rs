//! Https on a local network without anybody's help: a certificate authority of this house, kept in the data directory, a
//! certificate for this machine, and the steps by which a tablet learns to trust it.
//!
//! The authority's key never leaves its file (0600). Its certificate is public: that is what tablets are given.

mod trust;

use std::fs;
use std::io::Write;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};

pub use trust::{Door, Welcome, steps};

/// Tablets refuse a certificate that lives longer (825 days) or, soon, much longer than a year: each start mints a new one.
const LEAF: TimeDelta = TimeDelta::days(390);
const AUTHORITY: TimeDelta = TimeDelta::days(3650);

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{} cannot be written: {source}", .path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{} does not read as a key. Move it away and tablets will have to trust a new authority.", .0.display())]
    Key(PathBuf),
    #[error("No certificate can be made for {names:?}: {source}")]
    Certificate { names: Vec<String>, source: rcgen::Error },
}

/// A certificate for this machine, and the authority that signed it.
pub struct Identity {
    /// Certificate chain and key, PEM.
    pub chain: String,
    pub key: String,
    /// The authority's certificate, PEM: what tablets are given.
    pub authority: String,
    pub names: Vec<String>,
}

impl Identity {
    /// Mint a certificate for these names; the authority is made once and kept in `dir`.
    pub fn mint(dir: &Path, names: Vec<String>, now: DateTime<Utc>) -> Result<Self, TlsError> {
        let (authority, issuer) = authority(dir, now)?;
        let failed = |source| TlsError::Certificate { names: names.clone(), source };
        let mut leaf = CertificateParams::new(names.clone()).map_err(failed)?;
        leaf.distinguished_name.push(DnType::CommonName, "Tideway");
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        lasts(&mut leaf, now, LEAF);
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = leaf.signed_by(&key, &issuer).map_err(failed)?;
        let chain = format!("{}{authority}", certificate.pem());
        Ok(Self { chain, key: key.serialize_pem(), authority, names })
    }
}

/// The house's authority: its certificate, and what signs with it.
fn authority(dir: &Path, now: DateTime<Utc>) -> Result<(String, Issuer<'static, KeyPair>), TlsError> {
    let (key_file, certificate_file) = (dir.join("ca.key"), dir.join("ca.crt"));
    let failed = |source| TlsError::Certificate { names: vec!["the authority".to_owned()], source };
    if let (Ok(key), Ok(certificate)) = (fs::read_to_string(&key_file), fs::read_to_string(&certificate_file)) {
        let key = KeyPair::from_pem(&key).map_err(|_| TlsError::Key(key_file))?;
        return Ok((certificate, Issuer::new(authority_params(now), key)));
    }
    let (params, key) = (authority_params(now), KeyPair::generate().map_err(failed)?);
    let certificate = params.self_signed(&key).map_err(failed)?.pem();
    write(&key_file, &key.serialize_pem(), 0o600)?;
    write(&certificate_file, &certificate, 0o644)?;
    Ok((certificate, Issuer::new(params, key)))
}

/// Signing needs only the name and the key's usages to be as they were when the authority was made.
fn authority_params(now: DateTime<Utc>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Tideway local authority");
    params.distinguished_name.push(DnType::OrganizationName, "Tideway");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    lasts(&mut params, now, AUTHORITY);
    params
}

/// From the day before, for tablets whose clock is behind.
fn lasts(params: &mut CertificateParams, now: DateTime<Utc>, long: TimeDelta) {
    let day = |at: DateTime<Utc>| {
        let part = |part: u32| u8::try_from(part).expect("days and months are below 32");
        date_time_ymd(at.year(), part(at.month()), part(at.day()))
    };
    params.not_before = day(now - TimeDelta::days(1));
    params.not_after = day(now + long);
}

fn write(path: &Path, text: &str, mode: u32) -> Result<(), TlsError> {
    let failed = |source| TlsError::Write { path: path.to_owned(), source };
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).map_err(failed)?;
    }
    let mut file = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(mode).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

/// What this machine is called on its networks, and what the operator calls it.
pub fn names(listen: SocketAddr, given: &[String]) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_lowercase();
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    if is_name(&host) && host != "localhost" {
        names.extend([format!("{host}.local"), host]);
    }
    names.push(reached_at(listen).to_string());
    names.extend(given.iter().cloned());
    names.sort();
    names.dedup();
    names
}

/// The address other machines reach this one at: the one asked for, or the one that leads out.
pub fn reached_at(listen: SocketAddr) -> IpAddr {
    if !listen.ip().is_unspecified() {
        return listen.ip();
    }
    // Nothing is sent: connecting a datagram socket only chooses a route.
    let out = UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr()));
    out.map_or(IpAddr::from([127, 0, 0, 1]), |address| address.ip())
}

#[cfg(test)]
mod tests;
