//! Suppliers and price lists as files.

use domain::waves::roster::{RosterReport, RowOutcome as R};

use super::*;
use crate::catalog::Sheet;

fn outcomes(report: &RosterReport) -> Vec<R> {
    report.rows.iter().map(|row| row.outcome).collect()
}

/// MDM-1: a file of suppliers is tried and then taken: what changes, what is new, what stands so already; each other row says why not.
#[tokio::test]
async fn suppliers_come_from_a_file() {
    let shop = Shop::open().await;
    let text = "lead_days,code,name,email,active\n\
                20,np,,,\n\
                7,ABE,Abe & Sons,abe@abe.example,yes\n\
                7,ABE,Abe again,,\n\
                900,OLD,Old Mill,,\n\
                7,BAD,Bad Mail,nowhere,\n\
                ,NEW,New Mill,,\n\
                soon,TEA,Tea House,,\n";
    let id = CommandId::mint();
    let import =
        async |text: &str, dry_run| shop.t.db.import_suppliers(&shop.planner, (id, noon()), text, dry_run).await.unwrap();
    let tried = import(text, true).await;
    let expected = [R::Taken, R::Taken, R::Refused, R::Refused, R::Refused, R::Unreadable, R::Unreadable];
    assert_eq!(outcomes(&tried), expected, "{:?}", tried.rows);
    assert!(tried.rows[3].words.contains("900") && tried.rows[5].words.contains("lead_days"), "{:?}", tried.rows);
    assert_eq!(shop.t.count("supplier where lead_days = 14").await, 1, "nothing was taken yet");
    assert_eq!(outcomes(&import(text, false).await), expected);
    assert_eq!(shop.t.count("supplier where code = 'NP' and lead_days = 20 and name = 'Northern Potteries' and active").await, 1);
    assert_eq!(shop.t.count("supplier").await, 2);
    assert_eq!(shop.t.count("audit where kind = 'purchasing.save_suppliers' and not refused").await, 1);
    let again = shop.t.db.import_suppliers(&shop.planner, (CommandId::mint(), noon()), text, false).await.unwrap();
    assert_eq!(outcomes(&again)[..2], [R::Known, R::Known]);
    // What is written out reads back as it is.
    let (header, rows) = shop.t.db.data_sheet(&shop.planner, Sheet::Suppliers).await.unwrap();
    let out = [header.join(",")].into_iter().chain(rows.iter().map(|row| row.join(","))).collect::<Vec<_>>().join("\n");
    let back = shop.t.db.import_suppliers(&shop.planner, (CommandId::mint(), noon()), &out, true).await.unwrap();
    assert_eq!(outcomes(&back), [R::Known, R::Known]);
}

/// MDM-1: a file of prices sets steps of price lists; a step that is not named stays, and nobody's are taken.
#[tokio::test]
async fn prices_come_from_a_file() {
    let shop = Shop::open().await;
    let listed = SetPrice { supplier: shop.supplier, sku: "CUP".into(), min_quantity: 1, unit_cost: Some(Decimal::from(3)) };
    shop.t.try_run(&shop.planner, &listed).await.unwrap();
    let text = "supplier,sku,from_quantity,unit_cost\n\
                NP,MUG,,4.20\n\
                np,MUG,100,3.5\n\
                NP,MUG,100,3.6\n\
                NP,NOPE,1,2\n\
                ABE,MUG,1,2\n\
                NP,CUP,1,3.00\n\
                NP,CUP,0,2\n\
                NP,CUP,9,-2\n\
                NP,CUP,9,dear\n";
    let id = CommandId::mint();
    let import = async |dry_run| shop.t.db.import_prices(&shop.planner, (id, noon()), text, dry_run).await.unwrap();
    let tried = import(true).await;
    let refused = R::Refused;
    let expected = [R::Taken, R::Taken, refused, refused, refused, R::Known, refused, refused, R::Unreadable];
    assert_eq!(outcomes(&tried), expected, "{:?}", tried.rows);
    assert_eq!(shop.t.count("supplier_price").await, 1, "nothing was taken yet");
    assert_eq!(outcomes(&import(false).await), expected);
    let list = shop.t.db.suppliers(&shop.planner, Some(shop.supplier)).await.unwrap();
    let steps: Vec<_> = list.prices.iter().map(|(code, _, steps)| (code.as_str(), steps.len())).collect();
    assert_eq!(steps, [("CUP", 1), ("MUG", 2)]);
    let (header, rows) = shop.t.db.data_sheet(&shop.planner, Sheet::Prices).await.unwrap();
    assert_eq!((header.len(), rows.len(), rows[2].join(",").as_str()), (4, 3, "NP,MUG,100,3.5"));
}

/// MDM-1: a foreign file is refused whole, and so is whoever may not buy.
#[tokio::test]
async fn a_foreign_file_of_suppliers_is_refused_whole() {
    let shop = Shop::open().await;
    let import = async |who: &Caller, text: &str| shop.t.db.import_suppliers(who, (CommandId::mint(), noon()), text, false).await;
    assert_eq!(refused(import(&shop.planner, "code,colour\nNP,red").await).0, "not_a_sheet");
    assert_eq!(refused(import(&shop.planner, "name\nNP").await).0, "not_a_sheet");
    assert_eq!(refused(import(&shop.receiver, "code\nNP").await).0, "not_allowed");
    let prices = shop.t.db.import_prices(&shop.planner, (CommandId::mint(), noon()), "supplier,sku\nNP,MUG", true).await;
    assert_eq!(refused(prices).0, "not_a_sheet");
}
