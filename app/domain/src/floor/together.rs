//! Where several orders share one tote, what they need of one kind from one bin is one task: gone to once, scanned together. Which
//! units are whose is settled in the list's order. Decides nothing about what a scan means; that is `floor::pick`.

use std::collections::BTreeMap;

use super::TaskSheet;
use crate::ids::SkuId;

/// The tasks of a list, equal ones as one: by the name of the first, with the units of all. What is off the list asks for no more.
pub fn merged(tasks: &[TaskSheet]) -> Vec<TaskSheet> {
    let mut known: BTreeMap<(&str, SkuId), usize> = BTreeMap::new();
    let mut merged: Vec<TaskSheet> = Vec::new();
    for task in tasks {
        let asked = if task.done { task.quantity_picked + task.quantity_short } else { task.quantity };
        if let Some(at) = known.get(&(task.bin_code.as_str(), task.sku)) {
            let one = &mut merged[*at];
            one.quantity += asked;
            one.quantity_picked += task.quantity_picked;
            one.quantity_short += task.quantity_short;
            one.done &= task.done;
            for lot in &task.lots {
                match one.lots.iter_mut().find(|known| known.code == lot.code) {
                    Some(known) => known.units += lot.units,
                    None => one.lots.push(lot.clone()),
                }
            }
            let more: Vec<String> = task.serials.iter().filter(|serial| !one.serials.contains(serial)).cloned().collect();
            one.serials.extend(more);
        } else {
            known.insert((&task.bin_code, task.sku), merged.len());
            merged.push(TaskSheet { quantity: asked, ..task.clone() });
        }
    }
    merged
}

/// So many units shared out, each taking what it may before the next has any: positions, and how many. Ends when nobody may take more.
pub fn share_out(room: impl IntoIterator<Item = i32>, units: i32) -> Vec<(usize, i32)> {
    let mut left = units;
    let mut shares = Vec::new();
    for (at, room) in room.into_iter().enumerate() {
        let taken = left.min(room);
        if taken > 0 {
            left -= taken;
            shares.push((at, taken));
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::super::pick::left;
    use super::*;
    use crate::ids::TaskId;

    fn task(bin: &str, sku: SkuId, quantity: i32, picked: i32, done: bool) -> TaskSheet {
        TaskSheet {
            task: TaskId::mint(),
            slot: 1,
            bin_code: bin.into(),
            aisle: None,
            y_mm: None,
            side: None,
            level: 0,
            sku,
            sku_code: "MUG".into(),
            sku_name: "Mug".into(),
            variant: String::new(),
            barcodes: vec![],
            quantity,
            quantity_picked: picked,
            quantity_short: 0,
            done,
            lots: vec![],
            by_serial: false,
            serials: vec![],
        }
    }

    /// PCK-2: a bin is gone to once for all of a batch's units of one kind; other bins and other kinds stay apart.
    #[test]
    fn equal_picks_are_one_task() {
        let (mug, cup) = (SkuId::mint(), SkuId::mint());
        let list = [
            task("A", mug, 2, 2, true),
            task("B", mug, 1, 0, false),
            task("A", cup, 3, 0, false),
            task("A", mug, 4, 1, false),
            // Cancelled with its order: nobody asks for the rest of it.
            task("A", mug, 5, 0, true),
        ];
        let merged = merged(&list);
        let told: Vec<_> = merged.iter().map(|task| (task.bin_code.as_str(), task.quantity, left(task), task.done)).collect();
        assert_eq!(told, [("A", 6, 3, false), ("B", 1, 1, false), ("A", 3, 3, false)]);
        assert_eq!(merged[0].task, list[0].task, "known by the first");
    }

    #[test]
    fn units_go_to_the_first_that_may_take_them() {
        assert_eq!(share_out([2, 0, 3], 4), [(0, 2), (2, 2)]);
        assert_eq!(share_out([2, 0, 3], 1), [(0, 1)]);
        assert_eq!(share_out([2], 5), [(0, 2)], "no more than may be taken");
        assert_eq!(share_out([2], 0), []);
    }
}
