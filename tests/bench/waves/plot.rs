//! How cost grows with the orders, as a picture: both axes by tenfold steps, so that a straight line is a power of the size.

use std::fmt::Write;

use super::report::real;
use super::scale::Row;

const WIDE: f64 = 640.0;
const HIGH: f64 = 400.0;
const EDGE: f64 = 60.0;
/// Orders, and seconds, at either end of the axes.
const ORDERS: (f64, f64) = (40.0, 6_000.0);
const SECONDS: (f64, f64) = (0.000_1, 20.0);

fn along((from, to): (f64, f64), value: f64) -> f64 {
    (value.clamp(from, to) / from).log10() / (to / from).log10()
}

fn place(orders: f64, seconds: f64) -> (f64, f64) {
    (EDGE + along(ORDERS, orders) * (WIDE - 2.0 * EDGE), HIGH - EDGE - along(SECONDS, seconds) * (HIGH - 2.0 * EDGE))
}

/// Seconds of the first plan, and in all, over the orders of a wave on one block.
pub fn svg(rows: &[Row]) -> String {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDE} {HIGH}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"{EDGE}\" y=\"24\" font-size=\"14\">Seconds to plan a wave, by its orders (20,000 bins, one thread)</text>\n"
    );
    let mut line = |from: (f64, f64), to: (f64, f64), label: &str, anchor: &str| {
        let ((x, y), (to_x, to_y)) = (from, to);
        let below = if anchor == "middle" { 16.0 } else { 4.0 };
        let aside = if anchor == "middle" { 0.0 } else { -6.0 };
        let _ = writeln!(
            out,
            "<line x1=\"{x:.1}\" y1=\"{y:.1}\" x2=\"{to_x:.1}\" y2=\"{to_y:.1}\" stroke=\"#ccc\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{label}</text>",
            x + aside,
            y + below,
        );
    };
    for seconds in [0.000_1, 0.001, 0.01, 0.1, 1.0, 10.0] {
        line(place(ORDERS.0, seconds), place(ORDERS.1, seconds), &seconds.to_string(), "end");
    }
    for orders in [50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0] {
        line(place(orders, SECONDS.0), place(orders, SECONDS.1), &orders.to_string(), "middle");
    }
    let one_block: Vec<&Row> = rows.iter().filter(|row| row.blocks == 1).collect();
    let mut curve = |name: &str, colour: &str, seconds: &dyn Fn(&Row) -> f64| {
        let points = one_block.iter().map(|row| place(real(i64::try_from(row.orders).unwrap_or(0)), seconds(row)));
        let points: Vec<(f64, f64)> = points.collect();
        let text = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "<polyline points=\"{text}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
        for (x, y) in &points {
            let _ = writeln!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>");
        }
        if let Some((x, y)) = points.last() {
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{colour}\">{name}</text>",
                x - 8.0,
                y - 8.0
            );
        }
    };
    curve("first plan", "#0a6", &|row| row.first_seconds);
    curve("time given", "#06c", &|row| row.seconds);
    out.push_str("</svg>\n");
    out
}
