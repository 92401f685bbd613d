//! Colours and box characters, with a plain and an ASCII fallback.

use bartizan_finding::Severity;

/// The least width that a screen is drawn for; below it nothing would be readable anyway.
const LEAST_WIDTH: usize = 40;

/// How a screen is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    color: bool,
    pub width: usize,
    pub glyphs: &'static Glyphs,
}

/// The characters that frames are made of.
#[derive(Debug)]
pub(crate) struct Glyphs {
    /// Between the words of a head line.
    pub dot: &'static str,
    /// Between a thing and what it comes from.
    pub from: &'static str,
    /// Between a thing and what it leads to.
    pub to: &'static str,
    /// Behind what is shown elsewhere.
    pub branch: &'static str,
    /// Where text is cut.
    pub ellipsis: &'static str,
    /// Between line numbers and code.
    pub gutter: &'static str,
    /// In place of line numbers that are left out.
    pub gap: &'static str,
    /// Under the code that a finding is about.
    pub primary: &'static str,
    /// Under code that helps to understand it.
    pub secondary: &'static str,
    /// The bracket around several lines: opened beside a line,
    pub open_beside: &'static str,
    /// opened below a line,
    pub open_below: &'static str,
    /// on its way down,
    pub side: &'static str,
    /// closed,
    pub close: &'static str,
    /// running to the column where the code starts or ends,
    pub run: &'static str,
    /// and turning up to it.
    pub turn: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    dot: "·",
    from: "←",
    to: "→",
    branch: "↑",
    ellipsis: "…",
    gutter: "│",
    gap: "⋮",
    primary: "━",
    secondary: "─",
    open_beside: "┏",
    open_below: "┏",
    side: "┃",
    close: "┗",
    run: "━",
    turn: "┛",
};

const ASCII: Glyphs = Glyphs {
    dot: "-",
    from: "<-",
    to: "->",
    branch: "(see above)",
    ellipsis: "...",
    gutter: "|",
    gap: "...",
    primary: "^",
    secondary: "-",
    open_beside: "/",
    open_below: " ",
    side: "|",
    close: "|",
    run: "_",
    turn: "^",
};

/// What a piece of text is painted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    /// The word that names a severity, and the code marked with it.
    Severity(Severity),
    /// The word `error`, and the text that it points at.
    Error,
    /// Code that helps to understand the marked one.
    Secondary,
    /// A heading: weight, no colour.
    Heading,
}

impl Look {
    pub fn new(color: bool, width: usize, ascii: bool) -> Self {
        let glyphs = if ascii { &ASCII } else { &UNICODE };
        Self { color, width: width.max(LEAST_WIDTH), glyphs }
    }

    /// `text` in the paint's colour, or as it is where colour is off.
    pub fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Severity(Severity::Critical) | Paint::Error => "1;31",
            Paint::Severity(Severity::High) => "31",
            Paint::Severity(Severity::Medium) => "33",
            Paint::Severity(Severity::Low) => "36",
            Paint::Severity(Severity::Info) | Paint::Secondary => "34",
            Paint::Heading => "1",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}
