//! A card as it is typed, and back: what cannot be read is said beside its field.

use domain::catalog::card::{Card, Finance, Naming, Unit, Warehouse};
use domain::catalog::sheet::{blank, packs};
use domain::catalog::slotting::Slotting;
use domain::sites::places::{Hazard, StorageClass};
use leptos::prelude::*;
use rust_decimal::Decimal;

use crate::door::Said;

/// What is typed. Lives beside the answer, so that a refresh does not forget it.
#[derive(Clone, Copy)]
pub struct Typed {
    pub code: RwSignal<String>,
    pub name: RwSignal<String>,
    pub variant: RwSignal<String>,
    pub category: RwSignal<String>,
    pub unit: RwSignal<String>,
    pub active: RwSignal<bool>,
    pub length: RwSignal<String>,
    pub width: RwSignal<String>,
    pub height: RwSignal<String>,
    pub weight: RwSignal<String>,
    pub class: RwSignal<String>,
    pub storage: RwSignal<String>,
    pub hazard: RwSignal<String>,
    pub price: RwSignal<String>,
    pub tax: RwSignal<String>,
    pub cost: RwSignal<String>,
    pub barcodes: RwSignal<String>,
    pub note: RwSignal<String>,
}

impl Typed {
    pub fn of(card: Option<&Card>) -> Self {
        let empty = blank("");
        let card = card.unwrap_or(&empty);
        let words = |text: &str| RwSignal::new(text.to_owned());
        let number = |value: Option<String>| RwSignal::new(value.unwrap_or_default());
        let sides = card.warehouse.dimensions_mm;
        let side = |at: usize| number(sides.map(|sides| sides[at].to_string()));
        let amount = |amount: Option<Decimal>| number(amount.map(|amount| amount.normalize().to_string()));
        let lines: Vec<String> = card.barcodes.iter().map(|pack| format!("{} x {}", pack.code, pack.quantity)).collect();
        Self {
            code: words(&card.code),
            name: words(&card.naming.name),
            variant: words(&card.naming.variant),
            category: words(&card.naming.category),
            unit: words(card.naming.unit.code()),
            active: RwSignal::new(card.naming.active),
            length: side(0),
            width: side(1),
            height: side(2),
            weight: number(card.warehouse.weight_g.map(|grams| grams.to_string())),
            class: words(card.warehouse.slotting.code()),
            storage: words(card.warehouse.storage.code()),
            hazard: words(card.warehouse.hazard.code()),
            price: amount(card.finance.price),
            tax: amount(card.finance.tax_rate.map(|rate| rate * Decimal::ONE_HUNDRED)),
            cost: amount(card.finance.standard_cost),
            barcodes: words(&lines.join("\n")),
            note: RwSignal::default(),
        }
    }

    pub fn card(self) -> Result<Card, Said> {
        let sides = [self.length, self.width, self.height].map(|side| whole("dimensions", side));
        let sides = match sides {
            [Ok(None), Ok(None), Ok(None)] => None,
            [Ok(Some(length)), Ok(Some(width)), Ok(Some(height))] => Some([length, width, height]),
            [Err(said), ..] | [_, Err(said), _] | [.., Err(said)] => return Err(said),
            _ => return Err(Said::invalid("dimensions", "Length, width and height belong together.")),
        };
        let tax = amount("tax_rate", self.tax)?;
        Ok(Card {
            code: self.code.get_untracked(),
            naming: Naming {
                name: self.name.get_untracked(),
                variant: self.variant.get_untracked(),
                category: self.category.get_untracked(),
                unit: Unit::parse(&self.unit.get_untracked()).unwrap_or_default(),
                active: self.active.get_untracked(),
            },
            warehouse: Warehouse {
                dimensions_mm: sides,
                weight_g: whole("weight_g", self.weight)?,
                slotting: Slotting::parse(&self.class.get_untracked()).unwrap_or_default(),
                storage: StorageClass::parse(&self.storage.get_untracked()).unwrap_or_default(),
                hazard: Hazard::parse(&self.hazard.get_untracked()).unwrap_or_default(),
            },
            finance: Finance {
                price: amount("price", self.price)?,
                tax_rate: tax.map(|percent| percent / Decimal::ONE_HUNDRED),
                standard_cost: amount("standard_cost", self.cost)?,
            },
            barcodes: packs(&self.barcodes.get_untracked())
                .map_err(|words| Said::invalid("barcodes", &format!("Read as a line: {words}.")))?,
        })
    }
}

fn whole(field: &'static str, typed: RwSignal<String>) -> Result<Option<i32>, Said> {
    let typed = typed.get_untracked();
    match typed.trim() {
        "" => Ok(None),
        given => given.parse().map(Some).map_err(|_| Said::invalid(field, "Give a whole number, or leave it open.")),
    }
}

fn amount(field: &'static str, typed: RwSignal<String>) -> Result<Option<Decimal>, Said> {
    let typed = typed.get_untracked();
    match typed.trim() {
        "" => Ok(None),
        given => given.parse().map(Some).map_err(|_| Said::invalid(field, "Give a number such as 12.50, or leave it open.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MDM-1: what is typed reads back as the card, and what cannot be read is said beside its field.
    #[test]
    fn a_card_is_typed_and_read_back() {
        Owner::new().with(|| {
            let mut card = blank("MUG");
            card.naming.name = "Mug".into();
            card.warehouse.dimensions_mm = Some([120, 90, 100]);
            card.finance.tax_rate = Some(Decimal::new(2, 1));
            card.barcodes = packs("5012345678900; 15012345678907 x 12").expect("packs read");
            let typed = Typed::of(Some(&card));
            assert_eq!(typed.tax.get_untracked(), "20");
            assert_eq!(typed.card().map(Card::tidy), Ok(card.tidy()));
            let field = |signal: RwSignal<String>, given: &str| {
                let before = signal.get_untracked();
                signal.set(given.to_owned());
                let told = typed.card().err().and_then(|said| said.field().map(str::to_owned));
                signal.set(before);
                told
            };
            assert_eq!(field(typed.width, "").as_deref(), Some("dimensions"));
            assert_eq!(field(typed.height, "tall").as_deref(), Some("dimensions"));
            assert_eq!(field(typed.weight, "1.5").as_deref(), Some("weight_g"));
            assert_eq!(field(typed.price, "dear").as_deref(), Some("price"));
            assert_eq!(field(typed.barcodes, "501 x many").as_deref(), Some("barcodes"));
        });
    }
}
