//! A wasm without what only its making needed: names for debuggers, and the types of functions that live in other parts. The splitter
//! gives each part all names and types of the whole, which for a small part is more than its code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{Module, TypeSection};
use wasmparser::{CustomSectionReader, Parser, TypeSectionReader};

/// Rewrites the wasm in `file`.
pub fn slim_file(file: &Path) -> Result<()> {
    let wasm = fs::read(file)?;
    fs::write(file, slim(&wasm).with_context(|| format!("cannot slim {}", file.display()))?)?;
    Ok(())
}

/// The same module, its types renumbered by those it uses and without custom sections.
fn slim(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut used = Used::default();
    rewrite(&mut used, wasm)?;
    let places = used.types.into_iter().zip(0..).collect();
    rewrite(&mut Kept { places }, wasm)
}

fn rewrite<T: Reencode>(by: &mut T, wasm: &[u8]) -> Result<Vec<u8>>
where
    T::Error: std::fmt::Debug,
{
    let mut module = Module::new();
    by.parse_core_module(&mut module, Parser::new(0), wasm).map_err(|error| anyhow!("{error:?}"))?;
    Ok(module.finish())
}

/// First reading: which types anything names.
#[derive(Default)]
struct Used {
    types: BTreeSet<u32>,
}

impl Reencode for Used {
    type Error = std::convert::Infallible;

    fn type_index(&mut self, ty: u32) -> Result<u32, Error<Self::Error>> {
        self.types.insert(ty);
        Ok(ty)
    }
}

/// Second reading: only those, at their new places.
struct Kept {
    places: BTreeMap<u32, u32>,
}

impl Reencode for Kept {
    type Error = std::convert::Infallible;

    fn type_index(&mut self, ty: u32) -> Result<u32, Error<Self::Error>> {
        // Present: the first reading met it.
        Ok(self.places.get(&ty).copied().unwrap_or(ty))
    }

    fn parse_type_section(&mut self, types: &mut TypeSection, section: TypeSectionReader<'_>) -> Result<(), Error<Self::Error>> {
        for (index, group) in (0..).zip(section) {
            let group = group?;
            if self.places.contains_key(&index) {
                utils::parse_recursive_type_group(self, types.ty(), group)?;
            }
        }
        Ok(())
    }

    fn parse_custom_section(&mut self, _: &mut Module, _: CustomSectionReader<'_>) -> Result<(), Error<Self::Error>> {
        Ok(())
    }
}
