//! Code, names and messages that try to drive the reader's terminal or tool.

use bartizan_base::{FilePath, LineColumn, Problem, ProblemKind, Skipped};
use bartizan_finding::{Finding, ScanResult, Subject, Suppressed, SuppressionForm};
use bartizan_report::{Options, json, sarif, text};
use insta::assert_snapshot;

use crate::schema::violations;
use crate::shop::{self, File, SQL_BUILT_FROM_TEXT};

/// Clears the screen, sets the title, rings, turns the writing direction, hides, breaks the line.
const EVIL: &str =
    "\x1b[2J\x1b]0;owned\x07\u{9b}31m\u{202e}\u{2066}\u{200b}\u{e0041}\r\n\u{2028}\0";

fn hostile() -> ScanResult {
    let code = format!("raw(\"{}\")", EVIL.replace(['\r', '\n'], ""));
    let file = File::new("shop/x.py", &format!("\tif {code}:\n"));
    let mut finding = file.finding(&SQL_BUILT_FROM_TEXT, &code);
    finding.place.path = FilePath::new(&format!("shop/{EVIL}.py")).unwrap();
    for text in [
        &mut finding.message,
        &mut finding.label,
        &mut finding.impact,
        &mut finding.fix,
        finding.doubt.insert("if ".to_owned()),
    ] {
        text.push_str(EVIL);
    }
    let mut note = file.note("if", EVIL);
    note.place.path = finding.place.path.clone();
    finding.notes = vec![note.clone(), file.note("if", EVIL)];
    finding.subject = Subject::Code { scope: EVIL.to_owned(), shape: EVIL.to_owned(), ordinal: 0 };
    let mut silenced = finding.clone();
    silenced.suppressed = Some(Suppressed {
        form: SuppressionForm::Nosec,
        reason: EVIL.to_owned(),
        line: 1,
        until: None,
    });
    let mut result = ScanResult { findings: vec![finding, silenced], ..shop::result() };
    result.problems.push(Problem {
        path: FilePath::new(EVIL).unwrap(),
        at: Some(LineColumn { line: 0, column: 0 }),
        kind: ProblemKind::Unreadable,
        message: EVIL.to_owned(),
    });
    result.coverage.skipped.push(Skipped { path: EVIL.to_owned(), reason: EVIL.to_owned() });
    result.revision = Some(EVIL.to_owned());
    result
}

/// Every character that is obeyed or unseen, but the line break that ends our own lines.
fn obeyed(text: &str) -> Vec<char> {
    let obeyed = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            || ('\u{e0000}'..='\u{e0fff}').contains(c)
    };
    text.chars().filter(obeyed).collect()
}

#[test]
fn nothing_that_is_shown_is_obeyed() {
    let result = hostile();
    for (quiet, problems, ascii) in
        [(false, false, false), (false, true, true), (true, false, false)]
    {
        let options = Options { quiet, problems, ascii, ..Options::default() };
        assert_eq!(obeyed(&text::render(&result, &options)), ['?'; 0]);
    }
    assert_eq!(obeyed(&json::render(&result)), ['?'; 0]);
    assert_eq!(obeyed(&sarif::render(&result, &[])), ['?'; 0]);
}

#[test]
fn hostile_text_is_shown_for_what_it_is() {
    let mut finding = shop::debug();
    finding.lines[0].1 = "DEBUG = \u{202e}\x1b[8m os.environ.get(\"DEBUG\", False)".to_owned();
    finding.place.start.column = 9;
    finding.place.end.column = 14;
    let result = ScanResult { findings: vec![finding], ..ScanResult::default() };
    assert_snapshot!(text::render(&result, &Options::default()), @r#"
medium · debug-in-production · 240403                                           settings: production
  config/settings/production.py:3:9
    3 │ DEBUG = <U+202E><U+001B>[8m os.environ.get("DEBUG", False)
      │         ━━━━━━━━━━━━━━━━━━━ "False" from the environment is true
  A page that fails shows code, settings and local variables.
  fix  DEBUG = os.environ.get("DEBUG") == "1"             more: bartizan explain debug-in-production

1 finding (1 medium)
0 files, 0 lines
"#);
}

#[test]
fn machine_formats_keep_hostile_text_whole_and_sound() {
    let result = hostile();
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let document = read(&json::render(&result));
    assert_eq!(document["coverage"]["skipped"][1]["path"], EVIL);
    let sarif_schema = read(include_str!("../sarif_2_1_0/sarif-schema-2.1.0.json"));
    let document = read(&sarif::render(&result, &[]));
    assert_eq!(violations(&sarif_schema, &document), Vec::<String>::new());
}

/// Places that no file has: every renderer draws something, and none falls over.
#[test]
fn senseless_places_are_survived() {
    let numbers = [0, 1, 2, 3, 7, 1_000, u32::MAX];
    let base = shop::orders();
    for start_line in numbers {
        for end_line in numbers {
            for column in numbers {
                let mut finding: Finding = base.clone();
                finding.place.start = LineColumn { line: start_line, column };
                finding.place.end = LineColumn { line: end_line, column: column / 2 };
                let mut note = shop::search().notes[0].clone();
                note.place.path = finding.place.path.clone();
                note.place.start.line = end_line;
                note.place.end.line = start_line;
                note.lines = vec![(end_line, "odd".to_owned()), (start_line, String::new())];
                finding.notes = vec![note];
                let result = ScanResult { findings: vec![finding], ..ScanResult::default() };
                for width in [0, 40, 120] {
                    let options = Options { width, ..Options::default() };
                    assert!(text::render(&result, &options).ends_with('\n'));
                }
                json::render(&result);
                sarif::render(&result, &[]);
            }
        }
    }
}

#[test]
fn a_huge_line_is_cheap_and_short() {
    let code = "x = 1; ".repeat(300_000) + "raw(query)" + &"; y = 2".repeat(300_000);
    let finding = File::new("shop/minified.py", &code).finding(&SQL_BUILT_FROM_TEXT, "raw(query)");
    let result = ScanResult { findings: vec![finding], ..ScanResult::default() };
    let screen = text::render(&result, &Options::default());
    assert!(screen.lines().all(|line| line.chars().count() <= 100), "{screen}");
    assert!(screen.contains("raw(query)"));
}

#[test]
fn the_same_result_gives_the_same_bytes() {
    let once = |result: &ScanResult| {
        let options = Options { problems: true, color: true, ..Options::default() };
        [text::render(result, &options), json::render(result), sarif::render(result, &shop::RULES)]
    };
    assert_eq!(once(&shop::result()), once(&shop::result()));
    let mut turned = shop::RULES;
    turned.reverse();
    assert_eq!(
        sarif::render(&shop::result(), &shop::RULES),
        sarif::render(&shop::result(), &turned),
        "the order in which rules are given does not show"
    );
}
