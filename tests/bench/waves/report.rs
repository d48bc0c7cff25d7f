//! The results as a table, as CSV and as JSON. Lengths are printed in the unit of their file.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::instance::SCALE;
use super::run::Solved;

/// A published optimum counts as matched within this: parts of it, or an absolute length in thousandths.
fn tolerance(set: &str, reference: i64) -> i64 {
    if set.contains("HENN") {
        0
    } else if set.contains("MUTER") {
        SCALE / 2
    } else {
        reference / 1_000
    }
}

#[expect(clippy::cast_precision_loss, reason = "lengths and counts are far below 2⁵²")]
pub fn real(number: i64) -> f64 {
    number as f64
}

pub fn unit(length: i64) -> String {
    let text = format!("{:.3}", real(length) / real(SCALE));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Solved {
    pub fn reference(&self) -> Option<i64> {
        let known = self.known.as_ref()?;
        known.upper.max(known.lower)
    }

    fn lower(&self) -> Option<i64> {
        self.known.as_ref()?.lower
    }

    pub fn matched(&self) -> bool {
        self.reference().is_some_and(|reference| self.ours <= reference + tolerance(&self.set, reference))
    }
}

fn percent_over(length: i64, reference: i64) -> f64 {
    if reference == 0 { 0.0 } else { (real(length) / real(reference) - 1.0) * 100.0 }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_i64), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / real(count))
}

/// One set's line.
struct Summary {
    instances: usize,
    with_reference: usize,
    matched: usize,
    better: usize,
    proven_here: usize,
    gap: Option<f64>,
    worst: Option<f64>,
    gap_lower: Option<f64>,
    gap_bound: Option<f64>,
    savings_gap: Option<f64>,
    seconds: Option<f64>,
    slowest: f64,
    routing_ms: Option<f64>,
}

impl Summary {
    fn of(rows: &[&Solved]) -> Self {
        let over = |row: &&&Solved| row.reference().map(|reference| percent_over(row.ours, reference));
        let better = |row: &&&Solved| row.reference().is_some_and(|reference| row.ours + SCALE / 2 < reference);
        Self {
            instances: rows.len(),
            with_reference: rows.iter().filter(|row| row.reference().is_some()).count(),
            matched: rows.iter().filter(|row| row.matched()).count(),
            better: rows.iter().filter(better).count(),
            proven_here: rows.iter().filter(|row| row.proven_here).count(),
            gap: mean(rows.iter().filter_map(|row| over(&row))),
            worst: rows.iter().filter_map(|row| over(&row)).max_by(f64::total_cmp),
            gap_lower: mean(rows.iter().filter_map(|row| row.lower().map(|lower| percent_over(row.ours, lower)))),
            gap_bound: mean(rows.iter().map(|row| percent_over(row.ours, row.bound))),
            savings_gap: mean(rows.iter().filter_map(|row| row.reference().map(|best| percent_over(row.savings, best)))),
            seconds: mean(rows.iter().map(|row| row.seconds)),
            slowest: rows.iter().map(|row| row.seconds).max_by(f64::total_cmp).unwrap_or(0.0),
            routing_ms: mean(rows.iter().map(|row| row.routing_ms)),
        }
    }
}

fn sets(rows: &[Solved]) -> BTreeMap<&str, Vec<&Solved>> {
    let mut sets: BTreeMap<&str, Vec<&Solved>> = BTreeMap::new();
    for row in rows {
        sets.entry(&row.set).or_default().push(row);
    }
    sets
}

fn figure(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
}

pub fn table(rows: &[Solved]) -> String {
    let mut out = String::from(
        "| set | solved | matched | shorter than published | gap to max(UB, LB), mean % | worst % | gap to LB, mean % | \
         gap to our own bound, mean % | proven here | Clarke-Wright (ii) + exact routes, mean gap % | seconds, mean | slowest | \
         routing ms, mean |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for (set, rows) in sets(rows) {
        let of = Summary::of(&rows);
        let _ = writeln!(
            out,
            "| {set} | {} | {}/{} | {} | {} | {} | {} | {} | {} | {} | {} | {:.2} | {} |",
            of.instances,
            of.matched,
            of.with_reference,
            of.better,
            figure(of.gap, 3),
            figure(of.worst, 3),
            figure(of.gap_lower, 3),
            figure(of.gap_bound, 3),
            of.proven_here,
            figure(of.savings_gap, 3),
            figure(of.seconds, 2),
            of.slowest,
            figure(of.routing_ms, 1),
        );
    }
    out
}

/// The columns the issue names. `proven`: the published upper bound is, or ours is by this run.
pub fn csv(rows: &[Solved]) -> String {
    let mut out = String::from("set,instance,orders,upper_bound,lower_bound,proven,ours,seconds,routing_ms\n");
    for row in rows {
        let published = |part: Option<i64>| part.map(unit).unwrap_or_default();
        let upper = published(row.known.as_ref().and_then(|known| known.upper));
        let lower = published(row.lower());
        let proven = row.proven_here || row.known.as_ref().is_some_and(|known| known.proven);
        let _ = writeln!(
            out,
            "{},{},{},{upper},{lower},{proven},{},{:.3},{:.2}",
            row.set,
            row.instance,
            row.orders,
            unit(row.ours),
            row.seconds,
            row.routing_ms,
        );
    }
    out
}

pub fn json(rows: &[Solved]) -> serde_json::Value {
    let of = |(set, rows): (&str, Vec<&Solved>)| {
        let of = Summary::of(&rows);
        let summary = serde_json::json!({
            "solved": of.instances, "with_reference": of.with_reference, "matched": of.matched, "shorter": of.better,
            "gap_percent": of.gap, "worst_percent": of.worst, "gap_to_lower_bound_percent": of.gap_lower,
            "gap_to_own_bound_percent": of.gap_bound, "proven_here": of.proven_here,
            "clarke_wright_gap_percent": of.savings_gap, "seconds": of.seconds, "slowest_seconds": of.slowest,
            "routing_ms": of.routing_ms,
        });
        (set.to_owned(), summary)
    };
    serde_json::Value::Object(sets(rows).into_iter().map(of).collect())
}
