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
fn data_is_opened_by_the_version_that_wrote_it() {
    let found = || vec![(PathBuf::from("/pg/17"), 17), (PathBuf::from("/pg/15"), 15), (PathBuf::from("/pg/14"), 14)];
    let chosen = |written_by| choose(found(), written_by, Path::new("/d"));
    assert_eq!(chosen(None).unwrap(), Path::new("/pg/17"), "new data is the newest's");
    assert_eq!(chosen(Some("15")).unwrap(), Path::new("/pg/15"));
    assert!(matches!(chosen(Some("16")), Err(PostgresError::WrongVersion { ours: 17, .. })));
    assert!(matches!(choose(vec![(PathBuf::from("/pg/14"), 14)], Some("14"), Path::new("/d")), Err(PostgresError::NoBinaries)));
}

#[test]
fn a_full_disk_is_told_in_a_sentence_and_anything_else_in_its_own_words() {
    let full = explain("FATAL: could not write lock file: No space left on device".into(), Path::new("/d"));
    assert!(full.to_string().starts_with("The disk is full: Postgres cannot start in /d."), "{full}");
    let other = explain("FATAL: something else".into(), Path::new("/d"));
    assert!(other.to_string().ends_with("FATAL: something else"), "{other}");
}

#[test]
fn a_full_disk_of_yesterday_is_not_told_today() {
    let base = Base::new("yesterday");
    Embedded::start(&base.0).unwrap().stop().unwrap();
    let log = base.0.join("log");
    fs::write(&log, "FATAL: No space left on device\n").unwrap();
    Embedded::start(&base.0).unwrap().stop().unwrap();
    assert!(!fs::read_to_string(&log).unwrap().contains("No space left"));
}

#[test]
fn a_directory_of_somebody_else_is_left_as_it_is() {
    let base = Base::new("foreign");
    fs::create_dir_all(&base.0).unwrap();
    fs::write(base.0.join("thesis.txt"), "years of work").unwrap();
    fs::set_permissions(&base.0, fs::Permissions::from_mode(0o755)).unwrap();
    let Err(refused) = Embedded::start(&base.0) else { panic!("started in a foreign directory") };
    assert!(refused.to_string().contains("something else lies there"), "{refused}");
    assert_eq!(fs::metadata(&base.0).unwrap().permissions().mode() & 0o777, 0o755);
    fs::remove_dir_all(&base.0).unwrap();
}

#[test]
fn a_path_too_long_for_a_socket_is_told_in_a_sentence() {
    let Err(error) = Embedded::start(Path::new(&format!("/tmp/{}", "x".repeat(120)))) else { panic!("started") };
    assert!(matches!(error, PostgresError::PathTooLong(_)), "{error}");
}

#[tokio::test]
async fn an_embedded_server_is_migrated_by_the_owner_and_served_by_the_app_role() {
    let base = Base::new("bootstrap");
    let server = Embedded::start(&base.0).unwrap();
    bootstrap::ensure_database(server.options("postgres"), "tideway").await.unwrap();
    let options = server.options("tideway");
    let (one, two) = tokio::join!(bootstrap::migrate(&options), bootstrap::migrate(&options));
    one.and(two).unwrap();
    bootstrap::check_role(&options).await.unwrap();
    let db = service::Db::connect(options, 2).await.unwrap();
    let role: String = sqlx::query_scalar("select current_user::text").fetch_one(db.pool()).await.unwrap();
    assert_eq!(role, "tideway_app");
    let owner: String = sqlx::query_scalar("select tableowner::text from pg_tables where tablename = 'movement'")
        .fetch_one(db.pool())
        .await
        .unwrap();
    assert_eq!(owner, "tideway_owner");
    drop(db);
    assert!(server.stop().unwrap());
}

#[tokio::test]
async fn a_role_that_could_pass_the_wall_is_refused() {
    let base = Base::new("strong");
    let server = Embedded::start(&base.0).unwrap();
    bootstrap::ensure_database(server.options("postgres"), "tideway").await.unwrap();
    assert!(
        Command::new("psql")
            .arg("-h")
            .arg(&base.0)
            .args(["-qU", "postgres", "-c", "alter role tideway_app bypassrls"])
            .status()
            .unwrap()
            .success()
    );
    let refused = bootstrap::check_role(&server.options("tideway")).await.unwrap_err();
    assert!(refused.to_string().contains("BYPASSRLS"), "{refused}");
    assert!(server.stop().unwrap());
}

#[tokio::test]
async fn a_login_that_may_not_make_roles_is_told_what_an_administrator_runs() {
    let base = Base::new("weak");
    let server = Embedded::start(&base.0).unwrap();
    let psql = |database: &str, statement: &str| {
        let mut psql = Command::new(server.bin.join("psql"));
        psql.arg("-h").arg(&base.0).args(["-qX", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-c", statement]);
        assert!(psql.status().unwrap().success(), "{statement}");
    };
    psql("postgres", "create role \"Shop login\" login");
    psql("postgres", "create database shop");
    let options = server.options("shop").username("Shop login");
    let refused = bootstrap::migrate(&options).await.unwrap_err().to_string();
    assert!(refused.contains("to \"Shop login\";") && refused.contains("on database shop to"), "{refused}");
    // What it says is enough, typed as it stands.
    let told: String = refused.lines().filter(|line| line.ends_with(';')).collect::<Vec<_>>().join(" ");
    psql("shop", &told);
    bootstrap::migrate(&options).await.unwrap();
    bootstrap::check_role(&options).await.unwrap();
    assert!(server.stop().unwrap());
}
