//! `/ledger`: debits and credits of every account, and the two sums that must agree.

use domain::ledger::{TrialBalance, TrialRow};
use leptos::prelude::*;
use leptos_meta::Title;
use rust_decimal::Decimal;

use super::api::read_trial_balance;
use crate::door::live;
use crate::ui::{Icon, Table, amount, heads, loaded};

#[component]
pub fn LedgerPage() -> impl IntoView {
    let fresh = live(&["ledger", "order", "parcel", "return", "refund", "stock", "payment"]);
    let answer = Resource::new(move || fresh.get(), |_| read_trial_balance());
    view! {
        <Title text="Ledger" />
        <div class="page">
            <header class="page-head">
                <h1>"Ledger"</h1>
            </header>
            {loaded(answer, sheet)}
        </div>
    }
    .into_any()
}

fn sheet(balance: TrialBalance) -> AnyView {
    let debit: Decimal = balance.rows.iter().map(|row| row.debit).sum();
    let credit: Decimal = balance.rows.iter().map(|row| row.credit).sum();
    let foot = (amount(debit), amount(credit), amount(debit - credit));
    let rows = balance.rows.into_iter().map(row).collect_view();
    view! {
        <div class="grid-2">
            {check("Debits equal credits", debit, credit, ("Debits", "Credits"))}
            {check("Inventory equals cost layers", balance.inventory, balance.layers, ("Account 1200", "Cost layers"))}
        </div>
        <Table title="Trial balance" caption="Posted debits and credits of every account" csv="/api/fn/ledger/trial-balance.csv">
            {heads(&[("Account", ""), ("Name", ""), ("Debit", "num mid"), ("Credit", "num mid"), ("Balance", "num")])}
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row" colspan="2">"Total"</th>
                    <td class="num mid">{foot.0}</td>
                    <td class="num mid">{foot.1}</td>
                    <td class="num">{foot.2}</td>
                </tr>
            </tfoot>
        </Table>
    }
    .into_any()
}

fn row(row: TrialRow) -> AnyView {
    let net = row.debit - row.credit;
    view! {
        <tr>
            <th scope="row" class="code">{row.code}</th>
            <td>{row.name}</td>
            <td class="num mid">{amount(row.debit)}</td>
            <td class="num mid">{amount(row.credit)}</td>
            <td class="num strong">{amount(net)}</td>
        </tr>
    }
    .into_any()
}

/// Two figures that are one when the books are right; in words, not by colour alone.
fn check(name: &'static str, left: Decimal, right: Decimal, words: (&'static str, &'static str)) -> AnyView {
    let agree = left == right;
    let class = if agree { "banner ok" } else { "banner stop" };
    let icon = if agree { Icon::Check } else { Icon::Alert };
    let verdict = if agree { "They agree." } else { "They differ: call the administrator." };
    view! {
        <section class="card">
            <h2>{name}</h2>
            <dl class="facts">
                <dt>{words.0}</dt>
                <dd class="num">{amount(left)}</dd>
                <dt>{words.1}</dt>
                <dd class="num">{amount(right)}</dd>
            </dl>
            <p class=class>{icon.view()} <span>{verdict}</span></p>
        </section>
    }
    .into_any()
}
