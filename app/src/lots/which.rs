//! Which units are meant, as typed: their lot, its last good day where the lot is new here, their serials.

use domain::lots::Marks;
use leptos::prelude::*;

use crate::door::Said;
use crate::ui::{Field, Refused};

/// What is typed. Lives beside the answer, so that a refresh does not forget it.
#[derive(Clone, Copy, Default)]
pub struct Which {
    lot: RwSignal<String>,
    expires: RwSignal<String>,
    serials: RwSignal<String>,
}

impl Which {
    /// What is typed; a day that cannot be read is said beside its field.
    pub fn read(self) -> Result<Marks, Said> {
        let expires_on = match self.expires.get_untracked().trim() {
            "" => None,
            day => Some(day.parse().map_err(|_| Said::invalid("expires_on", "Give the day as 2027-05-31."))?),
        };
        let said = Marks::typed(&self.lot.get_untracked(), &self.serials.get_untracked());
        Ok(Marks { expires_on, ..said })
    }

    pub fn clear(self) {
        for typed in [self.lot, self.expires, self.serials] {
            typed.set(String::new());
        }
    }

    pub fn fields(self, said: Refused) -> AnyView {
        view! {
            <div class="form-row">
                <Field label="Lot, if they have one" name="lot" typed=self.lot maxlength=20_u32 said />
                <Field label="Good until, if the lot is new here" name="expires_on" typed=self.expires maxlength=10_u32 said />
                <Field label="Serials, if they have them" name="serials" typed=self.serials maxlength=2_000_u32 said />
            </div>
        }
        .into_any()
    }
}
