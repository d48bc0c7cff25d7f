//! How a bin keeps goods, as fields: kind, capacity, class, hazard, mixing. Read as one [`Keeping`].

use domain::sites::places::{BinKind, Hazard, Keeping, Mixing, StorageClass};
use leptos::prelude::*;

use crate::door::Said;
use crate::ui::{Choice, Field, Refused};

#[derive(Clone, Copy)]
pub struct KeepingForm {
    kind: RwSignal<String>,
    litres: RwSignal<String>,
    kilos: RwSignal<String>,
    class: RwSignal<String>,
    hazard: RwSignal<String>,
    mixing: RwSignal<String>,
}

fn thousands(given: Option<i32>) -> String {
    given.map_or_else(String::new, domain::sites::written::in_metres)
}

fn read(given: &str, field: &str, words: &str) -> Result<Option<i32>, Said> {
    if given.trim().is_empty() {
        return Ok(None);
    }
    // A thousand small units to one large one, as millimetres to a metre; beyond ten thousand by whole numbers.
    let whole = || given.trim().parse::<i32>().ok().and_then(|whole| whole.checked_mul(1_000));
    domain::sites::written::metres(given).ok().or_else(whole).map(Some).ok_or_else(|| Said::invalid(field, words))
}

fn pairs<T: Copy>(all: &[T], code: fn(T) -> &'static str, words: fn(T) -> &'static str) -> Vec<(String, String)> {
    all.iter().map(|one| (code(*one).to_owned(), words(*one).to_owned())).collect()
}

impl KeepingForm {
    pub fn of(kind: BinKind, keeping: Keeping) -> Self {
        let text = |word: &str| RwSignal::new(word.to_owned());
        Self {
            kind: text(kind.code()),
            litres: RwSignal::new(thousands(keeping.volume_ml)),
            kilos: RwSignal::new(thousands(keeping.weight_g)),
            class: text(keeping.class.code()),
            hazard: text(keeping.hazard.code()),
            mixing: text(keeping.mixing.code()),
        }
    }

    pub fn read(self) -> Result<(BinKind, Keeping), Said> {
        let volume_ml = read(&self.litres.get_untracked(), "volume", "Give litres, at most 2,000,000, or nothing for no limit.")?;
        let weight_g = read(&self.kilos.get_untracked(), "weight", "Give kilos, at most 2,000,000, or nothing for no limit.")?;
        let keeping = Keeping {
            volume_ml,
            weight_g,
            class: StorageClass::parse(&self.class.get_untracked()).unwrap_or_default(),
            hazard: Hazard::parse(&self.hazard.get_untracked()).unwrap_or_default(),
            mixing: Mixing::parse(&self.mixing.get_untracked()).unwrap_or_default(),
        };
        Ok((BinKind::parse(&self.kind.get_untracked()).unwrap_or_default(), keeping))
    }

    pub fn fields(self, said: Refused) -> AnyView {
        let kinds = pairs(&BinKind::PLACED, BinKind::code, BinKind::words);
        let classes = pairs(StorageClass::ALL, StorageClass::code, StorageClass::words);
        let hazards = pairs(Hazard::ALL, Hazard::code, Hazard::words);
        let mixings = pairs(Mixing::ALL, Mixing::code, Mixing::words);
        view! {
            <div class="form-row">
                <Choice label="Kind" name="kind" options=kinds picked=self.kind said />
                <Field label="Litres, empty = no limit" name="volume" inputmode="decimal" typed=self.litres value=self.litres.get_untracked() said />
                <Field label="Kilos, empty = no limit" name="weight" inputmode="decimal" typed=self.kilos value=self.kilos.get_untracked() said />
            </div>
            <div class="form-row">
                <Choice label="Class" name="class" options=classes picked=self.class said />
                <Choice label="Kept for hazard" name="hazard" options=hazards picked=self.hazard said />
                <Choice label="Stands together" name="mixing" options=mixings picked=self.mixing said />
            </div>
        }
        .into_any()
    }
}

/// A use of a limit in words: `12 of 500 litres`.
pub fn used(used: i64, limit: Option<i32>, unit: &str) -> String {
    let shown = |small: i64| crate::ui::grouped((small + 500) / 1_000);
    match limit {
        Some(limit) => format!("{} of {} {unit}", shown(used), shown(limit.into())),
        None => format!("{} {unit}, no limit", shown(used)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacities_are_litres_and_kilos() {
        let volume = |text: &str| read(text, "volume", "No.").map_err(|said| said.field().map(str::to_owned));
        assert_eq!(volume(" "), Ok(None));
        assert_eq!(volume("0.25"), Ok(Some(250)));
        assert_eq!(volume("500"), Ok(Some(500_000)));
        assert_eq!(volume("2000000"), Ok(Some(2_000_000_000)));
        for bad in ["-1x", "lots", "3000000"] {
            assert_eq!(volume(bad), Err(Some("volume".to_owned())), "{bad}");
        }
        assert_eq!(volume("-1"), Ok(Some(-1_000)), "the rule refuses it by name");
        assert_eq!(used(1_200, Some(500_000), "litres"), "1 of 500 litres");
        assert_eq!(used(0, None, "kg"), "0 kg, no limit");
    }
}
