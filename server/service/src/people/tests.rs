use chrono::{DateTime, Utc};
use domain::ids::{CommandId, PersonId, SiteId};
use domain::people::{AddPerson, Deactivate, Grant, Role, SetGrants};
use domain::refusal::Named;

use crate::testkit::TestDb;
use crate::{Failure, Result};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn person(email: &str, grants: Vec<Grant>) -> AddPerson {
    let password_hash = "no password has this hash".into();
    AddPerson { id: PersonId::mint(), name: "Ana".into(), email: email.into(), grants, password_hash }
}

fn admin() -> Vec<Grant> {
    vec![Grant { role: Role::Admin, site: None }]
}

fn code<T: std::fmt::Debug>(ended: Result<T>) -> &'static str {
    match ended {
        Err(Failure::Refused(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_email_signs_in_one_person_across_all_orgs() {
    let t = TestDb::new().await;
    t.db.run(&t.system(), CommandId::mint(), NOW, &person("ana@example.org", admin())).await.unwrap();
    let rival = domain::people::Caller::system(t.another_org().await, "test");
    let again = t.db.run(&rival, CommandId::mint(), NOW, &person("ANA@example.org", vec![])).await;
    assert_eq!(code(again), "email_taken");
    assert_eq!(t.db.people(&t.system()).await.unwrap().len(), 1);
    assert_eq!(t.db.people(&rival).await.unwrap(), vec![]);
}

#[tokio::test]
async fn bad_input_is_named_and_changes_nothing() {
    let t = TestDb::new().await;
    let elsewhere = vec![Grant { role: Role::Picker, site: Some(SiteId::mint()) }];
    let nameless = AddPerson { name: "  ".into(), ..person("ana@example.org", vec![]) };
    for (command, said) in
        [(person("ana", vec![]), "not_an_email"), (nameless, "name_missing"), (person("ana@example.org", elsewhere), "not_found")]
    {
        assert_eq!(code(t.db.run(&t.system(), CommandId::mint(), NOW, &command).await), said);
    }
    assert_eq!((t.count("person").await, t.count("login").await, t.count("person_grant").await), (0, 0, 0));
}

/// GOV-1: grants change at once, on record; the last administrator stays, also when two take each other away.
#[tokio::test]
async fn two_administrators_cannot_take_each_other_away() {
    let t = TestDb::new().await;
    let system = t.system();
    let ana = t.db.run(&system, CommandId::mint(), NOW, &person("ana@example.org", admin())).await.unwrap();
    let ben = t.db.run(&system, CommandId::mint(), NOW, &person("ben@example.org", admin())).await.unwrap();
    let (out, less) = (Deactivate { person: ana }, SetGrants { person: ben, grants: vec![] });
    let (one, two) =
        tokio::join!(t.db.run(&system, CommandId::mint(), NOW, &out), t.db.run(&system, CommandId::mint(), NOW, &less));
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
    let admins = "person_grant g join person p on p.org_id = g.org_id and p.id = g.person_id where role = 'admin' and active";
    assert_eq!(t.count(admins).await, 1);
}

#[tokio::test]
async fn only_who_may_edit_people_does() {
    let t = TestDb::new().await;
    let supervisor = t.person(Role::Supervisor, None);
    assert_eq!(code(t.db.run(&supervisor, CommandId::mint(), NOW, &person("ana@example.org", admin())).await), "not_allowed");
    assert_eq!(code(t.db.people(&t.person(Role::Picker, None)).await), "not_allowed");
    assert!(t.db.people(&supervisor).await.is_ok());
}
