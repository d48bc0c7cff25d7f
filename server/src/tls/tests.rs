use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::*;

const NOW: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();

#[test]
fn the_authority_is_made_once_and_its_key_is_closed_to_others() {
    let dir = std::env::temp_dir().join(format!("tideway-tls-{}", uuid::Uuid::now_v7()));
    let first = Identity::mint(&dir, vec!["localhost".into()], NOW).unwrap();
    let second = Identity::mint(&dir, vec!["10.0.0.7".into()], NOW + TimeDelta::days(400)).unwrap();
    assert_eq!(first.authority, second.authority, "tablets trust it once");
    assert_ne!(first.chain, second.chain, "each start has a certificate of its own");
    assert_eq!(fs::metadata(dir.join("ca.key")).unwrap().permissions().mode() & 0o777, 0o600);
    fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn the_certificate_names_what_the_operator_calls_this_machine() {
    let listen = "192.168.7.9:8443".parse().unwrap();
    let names = names(listen, &["dock.example.org".to_owned()]);
    for name in ["localhost", "127.0.0.1", "192.168.7.9", "dock.example.org"] {
        assert!(names.iter().any(|known| known == name), "{names:?}");
    }
}

#[test]
fn the_steps_lead_to_the_page_beside_or_to_the_certificate_itself() {
    let beside = steps("https://10.0.0.7:8443", &Door::Beside("10.0.0.7:8444".parse().unwrap()));
    assert!(
        beside.contains("it leads to http://10.0.0.7:8444/)") && beside.ends_with("Then open https://10.0.0.7:8443"),
        "{beside}"
    );
    let alone = steps("https://10.0.0.7:8443", &Door::Certificate);
    assert!(alone.contains("it leads to https://10.0.0.7:8443/ca.crt)") && alone.contains("warning"), "{alone}");
    for text in [beside, alone] {
        assert!(text.lines().filter(|line| line.contains('█')).count() > 10, "a QR is drawn");
    }
}

/// What a device that trusts the authority sees when it asks for `/ca.crt`.
fn ask(address: SocketAddr, authority: &str) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), TcpStream::connect(address)?);
    stream.write_all(b"GET /ca.crt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[tokio::test]
async fn a_device_that_trusts_the_authority_is_served_and_another_refuses() {
    let (dir, other) = (
        std::env::temp_dir().join(uuid::Uuid::now_v7().to_string()),
        std::env::temp_dir().join(uuid::Uuid::now_v7().to_string()),
    );
    let now = app::door::now();
    let identity = Identity::mint(&dir, vec!["localhost".into()], now).unwrap();
    let stranger = Identity::mint(&other, vec!["localhost".into()], now).unwrap().authority;
    let config = crate::serve::rustls_config(Some(&identity)).await.unwrap().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let page = Welcome { authority: identity.authority.clone(), url: "https://localhost".into() };
    tokio::spawn(axum_server::from_tcp_rustls(listener, config).unwrap().serve(page.router().into_make_service()));
    let authority = identity.authority.clone();
    let served = tokio::task::spawn_blocking(move || ask(address, &authority)).await.unwrap().unwrap();
    assert!(served.starts_with("HTTP/1.1 200") && served.contains("BEGIN CERTIFICATE"), "{served}");
    let refused = tokio::task::spawn_blocking(move || ask(address, &stranger)).await.unwrap().unwrap_err();
    assert!(refused.to_string().contains("certificate"), "{refused}");
    fs::remove_dir_all(&dir).unwrap();
    fs::remove_dir_all(&other).unwrap();
}
