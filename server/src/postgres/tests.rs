use std::process::Command;

use super::*;

struct Base(PathBuf);

impl Base {
    fn new(name: &str) -> Self {
        Self(PathBuf::from(format!("/tmp/tideway-pg-{name}-{}", std::process::id())))
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        if let Ok(server) = Embedded::start(&self.0) {
            drop(server.stop());
        }
        drop(fs::remove_dir_all(&self.0));
    }
}

fn postmaster(base: &Path) -> String {
    let pid = fs::read_to_string(base.join("data/postmaster.pid")).unwrap();
    pid.lines().next().unwrap().to_owned()
}

#[test]
fn two_starts_at_once_share_one_server_and_the_last_one_out_stops_it() {
    let base = Base::new("twice");
    let starts: Vec<_> = (0..2)
        .map(|_| {
            let base = base.0.clone();
            std::thread::spawn(move || Embedded::start(&base).unwrap())
        })
        .collect();
    let mut servers: Vec<_> = starts.into_iter().map(|start| start.join().unwrap()).collect();
    assert_eq!(servers.iter().filter(|server| server.adopted).count(), 1);
    let (second, first) = (servers.pop().unwrap(), servers.pop().unwrap());
    assert!(!first.stop().unwrap(), "the other still uses it");
    assert!(second.ready());
    assert!(second.stop().unwrap());
    let mode = fs::metadata(&base.0).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "no other user may enter");
}

#[test]
fn an_orphan_is_adopted_and_a_killed_server_recovers() {
    let base = Base::new("orphan");
    let server = Embedded::start(&base.0).unwrap();
    // As if the app were killed: the lock goes, the server stays.
    drop(server);
    let adopter = Embedded::start(&base.0).unwrap();
    assert!(adopter.adopted);
    drop(adopter);
    assert!(Command::new("kill").args(["-9", &postmaster(&base.0)]).status().unwrap().success());
    let recovered = Embedded::start(&base.0).unwrap();
    assert!(recovered.ready());
    assert!(recovered.stop().unwrap());
}

#[test]
fn another_version_is_told_in_a_sentence() {
    let base = Base::new("version");
    fs::create_dir_all(base.0.join("data")).unwrap();
    fs::write(base.0.join("data/PG_VERSION"), "9\n").unwrap();
    let Err(error) = Embedded::start(&base.0) else { panic!("started on data of Postgres 9") };
    assert!(error.to_string().contains("written by Postgres 9"), "{error}");
    fs::remove_dir_all(&base.0).unwrap();
}

#[test]
fn a_path_too_long_for_a_socket_is_told_in_a_sentence() {
    let Err(error) = Embedded::start(Path::new(&format!("/tmp/{}", "x".repeat(120)))) else { panic!("started") };
    assert!(matches!(error, PostgresError::PathTooLong(_)), "{error}");
}
