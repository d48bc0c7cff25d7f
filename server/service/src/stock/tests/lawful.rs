//! What the ledger refuses to store, and who is told.

use super::*;
use crate::stock::{Shift, shift};

/// INV-1: ✗ the ledger's own check is the table of `domain::stock::lawful`, pair by pair: what skips a decision cannot be stored.
#[tokio::test]
async fn the_ledger_stores_what_is_lawful_and_nothing_else() {
    let t = TestDb::new().await;
    let check: String = sqlx::query_scalar(
        "select string_agg('(' || pg_get_expr(conbin, conrelid) || ')', ' and ') from pg_constraint
         where conname in ('movement_lawful', 'movement_not_outside_to_outside') and convalidated",
    )
    .fetch_one(&t.root)
    .await
    .unwrap();
    let states: Vec<State> = [State::Outside].into_iter().chain(State::INSIDE).collect();
    let codes: Vec<&str> = states.iter().map(|state| state.code()).collect();
    let reasons: Vec<&str> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    let mut stored: Vec<(String, String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "select reason, from_state, to_state
         from unnest($1::text[]) reason, unnest($2::text[]) from_state, unnest($2::text[]) to_state where {check}"
    )))
    .bind(&reasons)
    .bind(&codes)
    .fetch_all(&t.root)
    .await
    .unwrap();
    let pairs = states.iter().flat_map(|from| states.iter().map(move |to| (*from, *to)));
    let mut lawful: Vec<_> = Reason::ALL
        .iter()
        .flat_map(|reason| pairs.clone().filter(|(from, to)| reason.allows(*from, *to)).map(move |(from, to)| (reason, from, to)))
        .map(|(reason, from, to)| (reason.code().to_owned(), from.code().to_owned(), to.code().to_owned()))
        .collect();
    stored.sort();
    lawful.sort();
    assert_eq!(stored, lawful);
}

/// Units go from a state to another for a reason.
#[derive(Serialize)]
struct Turn {
    sku: SkuId,
    place: Place,
    reason: Reason,
    from_state: State,
    to_state: State,
}

impl Act for Turn {
    const KIND: &'static str = "test.turn";
    const NEEDS: Permission = Permission::StockMove;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let Self { sku, place, from_state, to_state, .. } = *self;
        let source = sku.0;
        let turned = Shift { sku, tag: Tag::NONE, quantity: 1, from: place, from_state, to: place, to_state, source };
        shift(tx, self.reason, &[turned]).await
    }
}

/// INV-1: ✗ whatever command asks for it, a change of state that skips its decision is refused by name and nothing moves.
#[tokio::test]
async fn a_decision_is_not_skipped() {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    t.receive(site, sku, "A01-01L-1", 3).await;
    let place = Place::loose(site, t.bin(site, "A01-01L-1").await);
    let moved = t.count("movement").await;
    for (reason, to_state) in
        [(Reason::Disposition, State::Damaged), (Reason::Release, State::Returned), (Reason::Pick, State::Held)]
    {
        let turn = Turn { sku, place, reason, from_state: State::Sellable, to_state };
        let refused = t.try_run(&t.system(), &turn).await.unwrap_err();
        assert!(matches!(&refused, Failure::Refused(refusal) if refusal.code() == "unlawful_movement"), "{refused:?}");
    }
    assert_eq!(t.count("movement").await, moved);
    t.run(&Turn { sku, place, reason: Reason::Hold, from_state: State::Sellable, to_state: State::Held }).await;
    assert_eq!(t.count("movement").await, moved + 1);
}
