//! Label sheets as PDF: vectors only, so that bars are sharp on every printer. Text stands in Courier, whose letters are all of one width.

use domain::sites::labels::{Measures, Sheet};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

use super::{EDGE, Label, MODULE_MAX, MODULE_MIN, drawn};
use crate::Result;

const CODE: Name<'static> = Name(b"Code");
const WORDS: Name<'static> = Name(b"Words");
/// A letter of Courier is as wide as this share of its size.
const LETTER: f32 = 0.6;

/// Hundredths of a millimetre as points.
#[expect(clippy::cast_precision_loss, reason = "pages are a few ten thousand hundredths wide")]
fn points(hundredths: i32) -> f32 {
    hundredths as f32 * 72.0 / 2_540.0
}

/// Text as the fonts' encoding has it: what that lacks is a question mark.
fn winansi(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(u32::from(char)).unwrap_or(b'?')).collect()
}

pub(crate) fn pdf(labels: &[Label], sheet: Sheet) -> Result<Vec<u8>> {
    let measures = sheet.measures();
    let drawn = drawn(labels, sheet, 10_000, MODULE_MIN, MODULE_MAX)?;
    let pages: Vec<_> = drawn.chunks(measures.per_page()).collect();
    let reference = |nth: usize| Ref::new(i32::try_from(nth).unwrap_or(i32::MAX - 1).saturating_add(1));
    let (catalog, tree, code_font, words_font) = (reference(0), reference(1), reference(2), reference(3));
    let page_ref = |nth: usize| reference(4 + 2 * nth);
    let content_ref = |nth: usize| reference(5 + 2 * nth);
    let mut file = Pdf::new();
    file.catalog(catalog).pages(tree);
    file.pages(tree).kids((0..pages.len()).map(page_ref)).count(i32::try_from(pages.len()).unwrap_or(i32::MAX));
    for (font, name) in [(code_font, Name(b"Courier-Bold")), (words_font, Name(b"Courier"))] {
        file.type1_font(font).base_font(name).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    let paper = Rect::new(0.0, 0.0, points(measures.page.0), points(measures.page.1));
    for (nth, labels) in pages.iter().enumerate() {
        let mut page = file.page(page_ref(nth));
        page.media_box(paper).parent(tree).contents(content_ref(nth));
        page.resources().fonts().pair(CODE, code_font).pair(WORDS, words_font);
        page.finish();
        let mut content = Content::new();
        for (at, (label, bars, thick)) in labels.iter().enumerate() {
            draw(&mut content, &measures, measures.corner(at), label, bars, *thick);
        }
        file.stream(content_ref(nth), &content.finish());
    }
    Ok(file.finish())
}

/// Bars above, the code under them, words at the foot. Down is up in a PDF.
fn draw(content: &mut Content, measures: &Measures, corner: (i32, i32), label: &Label, bars: &[bool], thick: i32) {
    let (width, height) = measures.label;
    let modules = i32::try_from(bars.len()).unwrap_or_default();
    let up = |y: i32| measures.page.1 - corner.1 - y;
    let (top, tall) = (EDGE, height / 2 - EDGE);
    let left = corner.0 + (width - modules * thick) / 2;
    let mut at = 0;
    while at < bars.len() {
        let run = bars[at..].iter().take_while(|black| **black == bars[at]).count();
        if bars[at] {
            let (from, wide) = (i32::try_from(at).unwrap_or_default() * thick, i32::try_from(run).unwrap_or_default() * thick);
            content.rect(points(left + from), points(up(top + tall)), points(wide), points(tall));
        }
        at += run;
    }
    content.fill_nonzero();
    let room = points(width - 2 * EDGE);
    let middle = points(corner.0 + width / 2);
    let mut line = |font: Name<'_>, text: &str, high: i32, foot: i32| {
        let text = winansi(text);
        let letters = f32::from(u16::try_from(text.len()).unwrap_or(u16::MAX).max(1));
        let size = points(high).min(room / (letters * LETTER));
        content.begin_text().set_font(font, size).next_line(middle - letters * LETTER * size / 2.0, points(up(foot)));
        content.show(Str(&text)).end_text();
    };
    line(CODE, &label.code, height / 4, height * 3 / 4);
    line(WORDS, &label.words, height / 10, height * 9 / 10);
}
