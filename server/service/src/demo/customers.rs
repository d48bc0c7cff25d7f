//! Who buys in the demo, and what: a few favourites much, the rest now and then. Data, told by a seed.

use chrono::{DateTime, Utc};
use domain::catalog::NewSku;
use domain::ids::OrderId;
use domain::orders::{NewLine, NewOrder, NewPayment};
use rand::Rng;
use rand::rngs::StdRng;
use rust_decimal::Decimal;
use uuid::Uuid;

const FIRST: [&str; 16] = [
    "Amelia", "Ben", "Chidi", "Dora", "Elif", "Farah", "George", "Hana", "Ines", "Jonas", "Kofi", "Lena", "Mateo", "Nadia",
    "Oscar", "Priya",
];
const LAST: [&str; 16] = [
    "Adeyemi", "Bauer", "Castillo", "Dubois", "Evans", "Fischer", "Gupta", "Hughes", "Ivanova", "Jensen", "Khan", "Lopez",
    "Murphy", "Nguyen", "Osei", "Petit",
];
/// City, the letters of its postcodes, country.
const PLACES: [(&str, &str, &str); 12] = [
    ("Leeds", "LS", "GB"),
    ("York", "YO", "GB"),
    ("Bristol", "BS", "GB"),
    ("Glasgow", "G", "GB"),
    ("Cardiff", "CF", "GB"),
    ("Norwich", "NR", "GB"),
    ("Manchester", "M", "GB"),
    ("Exeter", "EX", "GB"),
    ("Lyon", "69", "FR"),
    ("Paris", "75", "FR"),
    ("Dublin", "D", "IE"),
    ("Berlin", "10", "DE"),
];
const STREETS: [&str; 8] =
    ["Quay Street", "Mill Lane", "Church Road", "Station Road", "High Street", "Park Row", "Canal Side", "Hill View"];

fn one<T: Copy>(of: &[T], rng: &mut StdRng) -> T {
    of[rng.random_range(0..of.len())]
}

/// Popularity falls steeply with rank: about a fifth of all lines go to the best hundred.
fn favourite(skus: &[NewSku], rng: &mut StdRng) -> usize {
    let u: f64 = rng.random();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rank among a few thousand"
    )]
    let rank = (u.powf(2.1) * skus.len() as f64) as usize;
    rank.min(skus.len() - 1)
}

/// One order. `name` makes its id and its channel's id.
pub(super) fn order(
    rng: &mut StdRng,
    skus: &[NewSku],
    web: bool,
    name: &str,
    payment: NewPayment,
    placed_at: Option<DateTime<Utc>>,
) -> NewOrder {
    let (first, last) = (one(&FIRST, rng), one(&LAST, rng));
    let (city, letters, country) = one(&PLACES, rng);
    let number: u32 = rng.random_range(1..99);
    let postcode = if country == "GB" {
        format!(
            "{letters}{} {}{}",
            rng.random_range(1..20),
            rng.random_range(1..9),
            one(&["AB", "DE", "GH", "JN", "PQ", "XY"], rng)
        )
    } else {
        format!("{letters}{:03}", rng.random_range(1..99))
    };
    let count = one(&[1, 1, 1, 2, 2, 3, 4], rng);
    let mut lines: Vec<NewLine> = Vec::new();
    while lines.len() < count {
        let sku = &skus[favourite(skus, rng)];
        if lines.iter().any(|line| line.sku == sku.id) {
            continue;
        }
        let quantity = one(&[1, 1, 1, 1, 2, 2, 3], rng);
        let discount = if rng.random_ratio(1, 9) { (sku.price * Decimal::new(1, 1)).round_dp(2) } else { Decimal::ZERO };
        lines.push(NewLine { sku: sku.id, quantity, unit_price: sku.price, discount, kit: None });
    }
    let prefix = if web { "W" } else { "MK" };
    NewOrder {
        id: OrderId(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("demo order {name}").as_bytes())),
        channel: if web { "web" } else { "marketplace" }.to_owned(),
        external_id: format!("{prefix}-{name}"),
        customer_name: format!("{first} {last}"),
        email: format!("{}.{}{number}@example.com", first.to_lowercase(), last.to_lowercase()),
        address_line: format!("{number} {}", one(&STREETS, rng)),
        city: city.to_owned(),
        postcode,
        country: country.to_owned(),
        currency: "GBP".to_owned(),
        shipping_amount: Decimal::new(one(&[0, 0, 395, 395, 595], rng), 2),
        // One in six does not want to wait.
        service: number.is_multiple_of(6).then(|| "dhl-next".to_owned()),
        ship_complete: false,
        lines,
        payment,
        basket: None,
        owner: String::new(),
        placed_at,
    }
}
