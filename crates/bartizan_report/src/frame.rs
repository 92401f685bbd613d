//! Source lines with the marked pieces underneath, as a terminal shows them.
//!
//! Drawn in the look of annotate-snippets, by hand: what we hold are single lines with gaps, not a
//! file, and the text is hostile until it is shown.

use std::collections::BTreeMap;
use std::ops::Range;

use bartizan_base::LineColumn;
use bartizan_finding::SourceLine;

use crate::look::{Look, Paint};
use crate::visible::{columns, show, visible, width, wrap};

/// A frame with more lines than this keeps only those next to a mark.
const CROWDED: usize = 16;
/// Of code that spans many lines, this many are shown from its start,
const HEAD_LINES: u32 = 4;
/// and this many up to its end.
const TAIL_LINES: u32 = 2;

/// Source lines and the marks on them.
#[derive(Default)]
pub(crate) struct Frame<'a> {
    lines: BTreeMap<u32, &'a str>,
    marks: Vec<Mark<'a>>,
}

/// A marked piece of code and the phrase that stands under it.
struct Mark<'a> {
    start: LineColumn,
    end: LineColumn,
    label: &'a str,
    paint: Paint,
}

impl<'a> Frame<'a> {
    /// Adds lines to show; a line that is there already stays.
    pub fn add_lines(&mut self, lines: &'a [SourceLine]) {
        for (number, line) in lines {
            self.lines.entry(*number).or_insert(line.trim_end_matches(['\n', '\r']));
        }
    }

    /// Marks the code from `start` to `end`. `false` where its first line is not there to mark.
    pub fn mark(
        &mut self,
        start: LineColumn,
        end: LineColumn,
        label: &'a str,
        paint: Paint,
    ) -> bool {
        let known = self.lines.contains_key(&start.line);
        if known {
            self.marks.push(Mark { start, end, label, paint });
        }
        known
    }

    /// The rows of the frame, each without its line break.
    pub fn draw(mut self, look: &Look) -> Vec<String> {
        self.settle();
        let Some((&last, _)) = self.lines.last_key_value() else {
            return Vec::new();
        };
        let number_width = last.to_string().len().max(width(look.glyphs.gap)).max(3);
        let bracket = self.marks.iter().position(Mark::spans_lines);
        let mut canvas = Canvas {
            look,
            number_width,
            bracket: bracket.map(|at| (self.marks[at].start.line, self.marks[at].end.line)),
            rows: Vec::new(),
        };
        let mut before: Option<u32> = None;
        for (&number, line) in &self.lines {
            if before.is_some_and(|before| number - before > 2) {
                canvas.gap(number);
            }
            before = Some(number);
            canvas.line(number, line, &self.marks);
        }
        canvas.rows
    }

    /// Brings hostile or sloppy marks into a shape that can be drawn: ends that lie on lines we
    /// hold, at most one mark over several lines, no more lines than help.
    fn settle(&mut self) {
        let mut bracketed = false;
        for mark in &mut self.marks {
            let first = mark.start.line;
            if mark.end.line < first {
                mark.end = mark.start;
            } else if mark.end.line > first {
                let held = self.lines.range(..=mark.end.line).next_back();
                let (&line, text) = held.expect("the line of a mark's start is held");
                // An end before the first character of a line is the end of the line before it.
                let ends_before = line == mark.end.line && mark.end.column <= 1;
                let line = match ends_before {
                    true => self.lines.range(..line).next_back().map_or(first, |(&line, _)| line),
                    false => line,
                };
                if line != mark.end.line {
                    let text = self.lines.get(&line).copied().unwrap_or(text);
                    mark.end = LineColumn { line, column: end_column(text) };
                }
            }
            // One bracket reads well; of further marks the first line is enough.
            if mark.spans_lines() {
                if bracketed {
                    let text = self.lines.get(&first).copied().unwrap_or("");
                    mark.end = LineColumn { line: first, column: end_column(text) };
                }
                bracketed = true;
            }
        }
        self.marks.sort_by_key(|mark| (mark.start.line, mark.paint == Paint::Secondary));
        self.thin_out();
    }

    fn thin_out(&mut self) {
        for mark in self.marks.iter().filter(|mark| mark.spans_lines()) {
            let head = mark.start.line.saturating_add(HEAD_LINES);
            let tail = mark.end.line.saturating_sub(TAIL_LINES);
            let marked: Vec<u32> = self.marks.iter().map(|mark| mark.start.line).collect();
            self.lines.retain(|line, _| *line < head || *line > tail || marked.contains(line));
        }
        if self.lines.len() > CROWDED {
            let near = |line: u32| {
                self.marks.iter().any(|mark| {
                    line.abs_diff(mark.start.line) <= 1
                        || (mark.start.line..=mark.end.line.saturating_add(1)).contains(&line)
                })
            };
            self.lines.retain(|line, _| near(*line));
        }
        let marked = |line: u32| {
            self.marks.iter().any(|mark| (mark.start.line..=mark.end.line).contains(&line))
        };
        while let Some(entry) = self.lines.first_entry()
            && entry.get().trim().is_empty()
            && !marked(*entry.key())
        {
            entry.remove();
        }
        while let Some(entry) = self.lines.last_entry()
            && entry.get().trim().is_empty()
            && !marked(*entry.key())
        {
            entry.remove();
        }
    }
}

impl Mark<'_> {
    fn spans_lines(&self) -> bool {
        self.end.line > self.start.line
    }

    /// The characters of `line`, counted from 0, that the mark covers there.
    fn on_line(&self, number: u32) -> Option<Range<usize>> {
        let start = (self.start.column.max(1) - 1) as usize;
        let end = (self.end.column.max(1) - 1) as usize;
        match (self.start.line == number, self.end.line == number) {
            (true, true) => Some(start..end.max(start + 1)),
            (true, false) => Some(start..start + 1),
            (false, true) => Some(end.saturating_sub(1)..end.max(1)),
            (false, false) => None,
        }
    }
}

fn end_column(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX).saturating_add(1)
}

/// The rows drawn so far, and what all of them share.
struct Canvas<'a> {
    look: &'a Look,
    number_width: usize,
    /// First and last line of the code that a bracket holds together.
    bracket: Option<(u32, u32)>,
    rows: Vec<String>,
}

impl Canvas<'_> {
    fn line(&mut self, number: u32, line: &str, marks: &[Mark<'_>]) {
        let here: Vec<(&Mark<'_>, Range<usize>)> =
            marks.iter().filter_map(|mark| Some((mark, mark.on_line(number)?))).collect();
        let window = Window::around(line, &here, self.room(), width(self.look.glyphs.ellipsis));
        let opens = self.bracket.filter(|(first, _)| *first == number);
        let beside = opens.is_some() && {
            let mark = here.iter().find(|(mark, _)| mark.spans_lines());
            mark.is_some_and(|(_, at)| line.chars().take(at.start).all(char::is_whitespace))
        };
        let side = match self.bracket {
            Some(_) if beside => self.look.glyphs.open_beside,
            Some((first, last)) if first < number && number <= last => self.look.glyphs.side,
            _ => "",
        };
        let side = self.side(side, marks);
        let code = window.cut(line, self.look.glyphs.ellipsis);
        self.row(&number.to_string(), &format!("{side}{code}"));

        // A bracket that opens beside its first line runs on below it; one that opens below has
        // its own row after the other marks.
        let runs = self.bracket.is_some_and(|(first, last)| {
            (first < number && number <= last) || (first == number && beside)
        });
        let below = self.side(if runs { self.look.glyphs.side } else { "" }, marks);
        for (mark, at) in here.iter().filter(|(mark, _)| !mark.spans_lines()) {
            let columns = window.column(line, at.start)..window.column(line, at.end);
            self.underline(&below, columns, mark);
        }
        for (mark, at) in here.iter().filter(|(mark, _)| mark.spans_lines()) {
            if mark.start.line == number && !beside {
                let run = self.look.glyphs.run.repeat(window.column(line, at.start) + 1);
                let open = format!("{}{run}", self.look.glyphs.open_below);
                let drawn = format!("{open}{}", self.look.glyphs.turn);
                self.row("", &self.look.paint(mark.paint, &drawn));
            } else if mark.end.line == number {
                let run = self.look.glyphs.run.repeat(window.column(line, at.start) + 1);
                let drawn = format!("{}{run}{}", self.look.glyphs.close, self.look.glyphs.turn);
                let painted = self.look.paint(mark.paint, &drawn);
                self.labelled(&painted, width(&drawn), 2, mark.label);
            }
        }
    }

    fn underline(&mut self, side: &str, columns: Range<usize>, mark: &Mark<'_>) {
        let glyph = match mark.paint {
            Paint::Secondary => self.look.glyphs.secondary,
            _ => self.look.glyphs.primary,
        };
        let line = glyph.repeat(columns.len().max(1));
        let lead = self.side_width() + columns.start;
        let pad = " ".repeat(columns.start);
        let row = format!("{side}{pad}{}", self.look.paint(mark.paint, &line));
        self.labelled(&row, lead + width(&line), lead, mark.label);
    }

    /// A row of marks, `used` columns wide, with its label behind it. Where it would leave the
    /// screen it goes below: from the column `start` of the marks, or else up to their end.
    fn labelled(&mut self, row: &str, used: usize, start: usize, label: &str) {
        let label = visible(label);
        let room = self.room() + self.side_width();
        let wide = width(&label);
        if label.is_empty() || used + 1 + wide <= room {
            self.row("", &format!("{row} {label}"));
            return;
        }
        self.row("", row);
        let indent = match () {
            () if start + wide <= room => start,
            () if wide <= used => used - wide,
            () => room.saturating_sub(wide).min(start).min(room / 2),
        };
        for part in wrap(&label, room - indent) {
            self.row("", &format!("{}{part}", " ".repeat(indent)));
        }
    }

    fn gap(&mut self, next: u32) {
        let inside = self.bracket.is_some_and(|(first, last)| first < next && next <= last);
        let side = if inside { self.look.glyphs.side } else { "" };
        self.row(self.look.glyphs.gap, side);
    }

    fn row(&mut self, number: &str, text: &str) {
        let pad = " ".repeat(self.number_width.saturating_sub(width(number)));
        let row = format!("  {pad}{number} {} {text}", self.look.glyphs.gutter);
        self.rows.push(row.trim_end().to_owned());
    }

    /// The columns that are left for code.
    fn room(&self) -> usize {
        let gutter = 2 + self.number_width + 3 + self.side_width();
        self.look.width.saturating_sub(gutter).max(16)
    }

    /// The columns that the bracket takes at the left of all code.
    fn side_width(&self) -> usize {
        if self.bracket.is_some() { 2 } else { 0 }
    }

    fn side(&self, glyph: &str, marks: &[Mark<'_>]) -> String {
        let paint = marks.iter().find(|mark| mark.spans_lines()).map(|mark| mark.paint);
        match paint {
            Some(paint) if !glyph.is_empty() => format!("{} ", self.look.paint(paint, glyph)),
            _ => " ".repeat(self.side_width()),
        }
    }
}

/// The part of a long line that is shown, in columns of the whole line.
struct Window {
    left: usize,
    right: usize,
    total: usize,
    ellipsis: usize,
}

impl Window {
    /// The `room` columns of `line` that show the marks best.
    fn around(
        line: &str,
        marks: &[(&Mark<'_>, Range<usize>)],
        room: usize,
        ellipsis: usize,
    ) -> Self {
        let total = width(line);
        if total <= room {
            return Self { left: 0, right: total, total, ellipsis };
        }
        let inner = room - 2 * ellipsis;
        let span = |at: &Range<usize>| column(line, at.start)..column(line, at.end);
        let spans: Vec<Range<usize>> = marks.iter().map(|(_, at)| span(at)).collect();
        let first = spans.first().cloned().unwrap_or(0..0);
        let all = spans
            .iter()
            .fold(first.clone(), |sum, span| sum.start.min(span.start)..sum.end.max(span.end));
        // Where not all marks fit, the one drawn first matters most.
        let focus = if all.len() <= inner { all } else { first };
        if focus.end + ellipsis <= room {
            return Self { left: 0, right: room - ellipsis, total, ellipsis };
        }
        let lead = if focus.len() < inner { (inner - focus.len()) / 2 } else { 4 };
        let left = focus.start.saturating_sub(lead);
        if left + inner + ellipsis >= total {
            let left = focus.start.min(total - (room - ellipsis));
            return Self { left, right: total, total, ellipsis };
        }
        Self { left, right: left + inner, total, ellipsis }
    }

    /// What is shown of the line.
    fn cut(&self, line: &str, ellipsis: &str) -> String {
        let mut out = String::new();
        if self.left > 0 {
            out.push_str(ellipsis);
        }
        let (mut at, mut before, mut begun) = (0, None, false);
        for c in line.chars() {
            let end = at + columns(before, c);
            if end > self.right {
                break;
            }
            // What clings to a character that was cut off goes with it.
            if at >= self.left && (begun || columns(None, c) > 0) {
                if !begun {
                    out.extend(std::iter::repeat_n(' ', at - self.left));
                    begun = true;
                }
                show(before, c, &mut out);
            }
            (at, before) = (end, Some(c));
        }
        if self.right < self.total {
            out.push_str(ellipsis);
        }
        out
    }

    /// Where the character `at` of the line starts in what is shown.
    fn column(&self, line: &str, at: usize) -> usize {
        let lead = if self.left > 0 { self.ellipsis } else { 0 };
        match column(line, at) {
            column if column < self.left => 0,
            column if column > self.right => lead + self.right - self.left,
            column => lead + column - self.left,
        }
    }
}

/// The column, from 0, at which the character `at` of the line starts.
fn column(line: &str, at: usize) -> usize {
    let mut before = None;
    let mut sum = 0;
    for c in line.chars().take(at) {
        sum += columns(before, c);
        before = Some(c);
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The characters of a shown row, each with the column at which it starts.
    fn placed(row: &str) -> Vec<(usize, char)> {
        let (mut at, mut before) = (0, None);
        let place = |c| {
            let here = at;
            at += columns(before, c);
            before = Some(c);
            (here, c)
        };
        row.chars().map(place).collect()
    }

    proptest! {
        /// Whatever a line holds and however long it is, the mark stands under its code and
        /// nothing leaves the screen.
        #[test]
        fn a_mark_stands_under_its_code(
            line in "[a-z =\t\u{1b}\u{202e}商品é\u{301}❤\u{fe0f}]{1,300}",
            start in 0usize..300,
            length in 0usize..300,
            screen in 40usize..140,
            ascii: bool,
        ) {
            let characters: Vec<char> = line.chars().collect();
            let start = start % characters.len();
            let at = |column: usize| LineColumn { line: 7, column: column as u32 + 1 };
            let lines = [(7, line.clone())];
            let mut frame = Frame::default();
            frame.add_lines(&lines);
            frame.mark(at(start), at(start + length), "", Paint::Error);
            let look = Look::new(false, screen, ascii);
            let rows = frame.draw(&look);

            prop_assert_eq!(rows.len(), 2);
            // The mark of an empty piece at the very end may stand one column outside.
            prop_assert!(rows.iter().all(|row| width(row) <= screen + 1), "{:?}", rows);
            let marked = characters[start];
            if !marked.is_whitespace() && columns(None, marked) == 1 {
                let mark = look.glyphs.primary.chars().next();
                let under = placed(&rows[1]).into_iter().find(|(_, c)| Some(*c) == mark);
                let (column, _) = under.expect("a mark is drawn");
                let stands = |(at, c): &(usize, char)| *at == column && columns(None, *c) > 0;
                let above = placed(&rows[0]).into_iter().find(stands);
                prop_assert_eq!(above.map(|(_, c)| c), Some(marked), "{:?}", rows);
            }
        }
    }
}
