use domain::ids::{BasketId, CommandId, OrderId, OrgId};
use domain::numbers::Series;
use domain::orders::CancelOrder;
use domain::orders::basket::KeepBasket;
use domain::people::{Caller, Permission, Role};
use domain::refusal::{Named, Refusal};
use serde::{Deserialize, Serialize};

use crate::testkit::TestDb;
use crate::{Act, Failure, Result, Tx};

/// Opens an account: a small real write.
#[derive(Serialize, Deserialize)]
struct OpenAccount {
    code: String,
    refuse_after: bool,
}

impl Act for OpenAccount {
    const KIND: &'static str = "test.open_account";
    const NEEDS: Permission = Permission::LedgerView;
    type Outcome = String;

    async fn act(&self, tx: &mut Tx) -> Result<String> {
        let org = tx.org().0;
        sqlx::query("insert into account (org_id, code, name, kind) values ($1, $2, 'x', 'asset')")
            .bind(org)
            .bind(&self.code)
            .execute(tx.conn())
            .await?;
        if self.refuse_after {
            return Err(Refusal::invalid("code", "not this one").into());
        }
        tx.audit("account", org, (), &self.code);
        tx.announce("account.opened", org, None, &self.code);
        Ok(self.code.clone())
    }
}

fn open(code: &str) -> OpenAccount {
    OpenAccount { code: code.to_owned(), refuse_after: false }
}

fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::Refused(refusal) => refusal.code(),
        other => panic!("broken: {other}"),
    }
}

const AT: chrono::DateTime<chrono::Utc> = chrono::DateTime::UNIX_EPOCH;

#[tokio::test]
async fn the_same_command_takes_effect_once_and_answers_the_same() {
    let t = TestDb::new().await;
    let (system, id) = (t.system(), CommandId::mint());
    assert_eq!(t.db.run(&system, id, AT, &open("9000")).await.unwrap(), "9000");
    assert_eq!(t.db.run(&system, id, AT, &open("9000")).await.unwrap(), "9000");
    assert_eq!(t.count("account where code like '9%'").await, 1);
    assert_eq!(t.count("command where kind = 'test.open_account'").await, 1);
    assert_eq!(t.count("audit where kind = 'test.open_account'").await, 1);
    assert_eq!(t.count("outbox where topic = 'account.opened'").await, 1);
}

#[tokio::test]
async fn the_same_id_with_another_body_is_refused() {
    let t = TestDb::new().await;
    let (system, id) = (t.system(), CommandId::mint());
    t.db.run(&system, id, AT, &open("9000")).await.unwrap();
    let failure = t.db.run(&system, id, AT, &open("9001")).await.unwrap_err();
    assert_eq!(code(&failure), "command_reused");
    assert_eq!(t.count("account where code like '9%'").await, 1);
}

/// INT-1: whatever the other request was: its outcome is of another shape, and nobody tries to read it.
#[tokio::test]
async fn the_same_id_for_another_command_is_refused() {
    let t = TestDb::new().await;
    let (system, id) = (t.system(), CommandId::mint());
    t.db.run(&system, id, AT, &open("9000")).await.unwrap();
    let failure =
        t.db.run(&system, id, AT, &CancelOrder { order: OrderId::mint(), reason: "changed_mind".into() }).await.unwrap_err();
    assert_eq!(code(&failure), "command_reused");
    let basket =
        KeepBasket { basket: BasketId::mint(), channel: "web".into(), owner: String::new(), lines: Vec::new(), minutes: 1 };
    assert_eq!(code(&t.db.keep_basket(&system, id, AT, basket).await.unwrap_err()), "command_reused");
}

#[tokio::test]
async fn concurrent_twins_have_one_effect_and_one_answer() {
    let t = TestDb::new().await;
    let (system, id) = (t.system(), CommandId::mint());
    let command = open("9000");
    let twins = futures::future::join_all((0..8).map(|_| t.db.run(&system, id, AT, &command))).await;
    for twin in twins {
        assert_eq!(twin.unwrap(), "9000");
    }
    assert_eq!(t.count("account where code like '9%'").await, 1);
    assert_eq!(t.count("command where kind = 'test.open_account'").await, 1);
}

#[tokio::test]
async fn a_refusal_changes_nothing_and_is_remembered() {
    let t = TestDb::new().await;
    let (system, id) = (t.system(), CommandId::mint());
    let command = OpenAccount { code: "9000".to_owned(), refuse_after: true };
    for _ in 0..2 {
        let failure = t.db.run(&system, id, AT, &command).await.unwrap_err();
        assert_eq!(code(&failure), "invalid");
    }
    assert_eq!(t.count("account where code like '9%'").await, 0);
    assert_eq!(t.count("command where refused").await, 1);
    assert_eq!(t.count("audit where refused").await, 1);
}

/// GOV-1: the server enforces it; the refused try is on record.
#[tokio::test]
async fn without_the_permission_nothing_happens_and_it_is_on_record() {
    let t = TestDb::new().await;
    let picker = t.person(Role::Picker, None);
    let failure = t.db.run(&picker, CommandId::mint(), AT, &open("9000")).await.unwrap_err();
    assert_eq!(code(&failure), "not_allowed");
    assert_eq!(t.count("account where code like '9%'").await, 0);
    assert_eq!(t.count("audit where refused").await, 1);
}

#[tokio::test]
async fn another_org_sees_and_writes_nothing_of_this_one() {
    let t = TestDb::new().await;
    t.db.run(&t.system(), CommandId::mint(), AT, &open("9000")).await.unwrap();
    let rival: OrgId = t.another_org().await;
    let mut tx = t.db.read(&Caller::system(rival, "test"), Permission::LedgerView, None).await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from account where code like '9%'").fetch_one(tx.conn()).await.unwrap();
    assert_eq!(seen, 0);
    let planted = sqlx::query("insert into account (org_id, code, name, kind) values ($1, '9998', 'x', 'asset')")
        .bind(t.org.0)
        .execute(tx.conn())
        .await;
    assert!(planted.unwrap_err().to_string().contains("row-level security"));
}

#[tokio::test]
async fn numbers_never_repeat_across_servers() {
    let t = TestDb::new().await;
    let other = crate::Db::connect(t.options.clone(), 4).await.unwrap();
    let mut seen = std::collections::HashSet::new();
    for db in [&t.db, &other, &t.db, &other] {
        for number in db.numbers.take(t.org, Series::Order, 33).await.unwrap() {
            assert!(number.starts_with("SO-"));
            assert!(seen.insert(number));
        }
    }
    assert_eq!(seen.len(), 132);
}
