//! The screens of a scan, and of errors.

use std::time::Duration;

use bartizan_finding::{Fingerprint, ScanResult};
use bartizan_report::diagnostic::{self, Diagnostic, Source};
use bartizan_report::ids::short_ids;
use bartizan_report::text::{Options, render};
use insta::assert_snapshot;

use crate::shop::{self, DEBUG_IN_PRODUCTION, File, SQL_BUILT_FROM_TEXT};

fn options() -> Options {
    Options { elapsed: Some(Duration::from_millis(214)), ..Options::default() }
}

#[test]
fn a_scan() {
    assert_snapshot!(render(&shop::result(), &options()), @r#"
medium · debug-in-production · 240403                                           settings: production
  config/settings/production.py:3:9
    3 │ DEBUG = os.environ.get("DEBUG", False)
      │         ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ "False" from the environment is true
  A page that fails shows code, settings and local variables.
  fix  DEBUG = os.environ.get("DEBUG") == "1"             more: bartizan explain debug-in-production

high · sql-built-from-text · 8ddc3d                                                       in by_name
  shop/catalogue/search.py:7:32
    4 │ def by_name(term, order):
    5 │     query = "SELECT * FROM catalogue_product WHERE name ILIKE '%%%s%%'" % term
      │                                                                         ──────
      │                                                     joined into the query text
    7 │     return Product.objects.raw(query)
      │                                ━━━━━ runs as SQL
  see also
    shop/catalogue/views.py:2  request.GET["q"]  anyone can send this
  Whoever chooses `term` can read or change any table: `' UNION SELECT …` is enough.
  fix  Product.objects.raw("… WHERE name ILIKE %s", [f"%{term}%"])
  more: bartizan explain sql-built-from-text

high · sql-built-from-text · acb5b4                                               in OrderReport.get
  shop/orders/views.py:6:17
    4 │           with connection.cursor() as cursor:
    5 │               cursor.execute(
    6 │ ┏                 "SELECT * FROM orders_order ORDER BY "
    7 │ ┃                 + order,
      │ ┗━━━━━━━━━━━━━━━━━━━━━━━┛ joined into a query
    8 │               )
  Whoever chooses `order` can read any table.
  low confidence: holds if `order` can hold text from the client: it comes from a field that has no
  type
  fix  Order.objects.order_by(order)
       and a set of the columns that may be named:
           ORDERS = {"date", "total"}

3 findings (2 high, 1 medium) · 1 suppressed
412 files, 38,214 lines in 0.21 s
1 file could not be read, 1 only in part (bartizan scan --problems)
"#);
}

#[test]
fn a_scan_in_ascii() {
    let options = Options { ascii: true, width: 80, ..options() };
    let result = ScanResult { findings: vec![shop::search(), shop::orders()], ..shop::result() };
    assert_snapshot!(render(&result, &options), @r#"
high - sql-built-from-text - 8ddc3d                                   in by_name
  shop/catalogue/search.py:7:32
    4 | def by_name(term, order):
    5 | ... = "SELECT * FROM catalogue_product WHERE name ILIKE '%%%s%%'" % term
      |                                                                   ------
      |                                               joined into the query text
    7 |     return Product.objects.raw(query)
      |                                ^^^^^ runs as SQL
  see also
    shop/catalogue/views.py:2  request.GET["q"]  anyone can send this
  Whoever chooses `term` can read or change any table: `' UNION SELECT …` is
  enough.
  fix  Product.objects.raw("… WHERE name ILIKE %s", [f"%{term}%"])
  more: bartizan explain sql-built-from-text

high - sql-built-from-text - acb5b4                           in OrderReport.get
  shop/orders/views.py:6:17
    4 |           with connection.cursor() as cursor:
    5 |               cursor.execute(
    6 | /                 "SELECT * FROM orders_order ORDER BY "
    7 | |                 + order,
      | |_______________________^ joined into a query
    8 |               )
  Whoever chooses `order` can read any table.
  low confidence: holds if `order` can hold text from the client: it comes from
  a field that has no type
  fix  Order.objects.order_by(order)
       and a set of the columns that may be named:
           ORDERS = {"date", "total"}

2 findings (2 high)
412 files, 38,214 lines in 0.21 s
1 file could not be read, 1 only in part (bartizan scan --problems)
"#);
}

#[test]
fn colour_marks_severity_and_the_code() {
    let options = Options { color: true, ..options() };
    let result = ScanResult { findings: vec![shop::search()], ..ScanResult::default() };
    let screen = render(&result, &options).replace('\x1b', "ESC");
    assert_snapshot!(screen, @r#"
ESC[31mhighESC[0m · sql-built-from-text · 8ddc3d                                                       in by_name
  shop/catalogue/search.py:7:32
    4 │ def by_name(term, order):
    5 │     query = "SELECT * FROM catalogue_product WHERE name ILIKE '%%%s%%'" % term
      │                                                                         ESC[34m──────ESC[0m
      │                                                     joined into the query text
    7 │     return Product.objects.raw(query)
      │                                ESC[31m━━━━━ESC[0m runs as SQL
  see also
    shop/catalogue/views.py:2  request.GET["q"]  anyone can send this
  Whoever chooses `term` can read or change any table: `' UNION SELECT …` is enough.
  fix  Product.objects.raw("… WHERE name ILIKE %s", [f"%{term}%"])
  more: bartizan explain sql-built-from-text

1 finding (1 high)
0 files, 0 lines in 0.21 s
"#);
}

#[test]
fn nothing_found_is_two_lines() {
    let mut result = ScanResult { findings: Vec::new(), problems: Vec::new(), ..shop::result() };
    assert_snapshot!(render(&result, &options()), @r#"
no findings
412 files, 38,214 lines in 0.21 s
"#);
    result.findings = vec![shop::silenced()];
    assert_snapshot!(render(&result, &Options::default()), @r#"
no findings · 1 suppressed
412 files, 38,214 lines
"#);
}

#[test]
fn quiet_is_one_line_a_finding() {
    let options = Options { quiet: true, ..options() };
    assert_snapshot!(render(&shop::result(), &options), @r#"
config/settings/production.py:3:9 medium debug-in-production `DEBUG` is true for every text in the environment
shop/catalogue/search.py:7:32 high sql-built-from-text Query text is built with `%` and run as SQL
shop/orders/views.py:6:17 high sql-built-from-text Something is wrong
"#);
    assert_eq!(render(&ScanResult::default(), &options), "");
}

#[test]
fn statistics_count_what_is_shown() {
    let options = Options { statistics: true, ..options() };
    assert_snapshot!(render(&shop::result(), &options), @r#"
 count  severity  rule
     2  high      sql-built-from-text
     1  medium    debug-in-production

3 findings (2 high, 1 medium) · 1 suppressed
412 files, 38,214 lines in 0.21 s
1 file could not be read, 1 only in part (bartizan scan --problems)
"#);
}

#[test]
fn problems_are_listed_when_asked_for() {
    let options = Options { problems: true, ..options() };
    let result = ScanResult { findings: Vec::new(), ..shop::result() };
    assert_snapshot!(render(&result, &options), @r#"
 encoding  shop/legacy.py: not valid UTF-8 at byte 4,411, and no encoding is declared
 syntax    shop/orders/draft.py:12:5: expected an expression

no findings
412 files, 38,214 lines in 0.21 s · 1 file could not be read, 1 only in part
"#);
}

/// One finding alone, without the summary.
fn one(finding: bartizan_finding::Finding, width: usize) -> String {
    let result = ScanResult { findings: vec![finding], ..ScanResult::default() };
    let screen = render(&result, &Options { width, ..Options::default() });
    screen.rsplit_once("\n\n").unwrap().0.to_owned()
}

#[test]
fn code_over_several_lines_is_held_by_a_bracket() {
    let text = "\
rows = cursor.execute(
    \"SELECT * FROM shop_visit \"
    \"WHERE page = '%s'\"
    \"AND day > '2026-01-01' \"
    \"AND country = 'NL' \"
    \"AND staff = false \"
    \"AND robot = false \"
    \"ORDER BY day\"
    % page
)
print(rows)
";
    let file = File::new("shop/visits.py", text);
    let mut long = file.finding(&SQL_BUILT_FROM_TEXT, &text[7..text.find("\nprint").unwrap()]);
    long.notes = vec![file.note("page\n", "anyone can send this")];
    assert_snapshot!(one(long, 80), @r#"
high · sql-built-from-text · 1c28fc
  shop/visits.py:1:8
    1 │   rows = cursor.execute(
      │ ┏━━━━━━━━┛
    2 │ ┃     "SELECT * FROM shop_visit "
    3 │ ┃     "WHERE page = '%s'"
    4 │ ┃     "AND day > '2026-01-01' "
    ⋮ │ ┃
    9 │ ┃     % page
      │ ┃       ──── anyone can send this
   10 │ ┃ )
      │ ┗━┛ here
  An attacker gains something.
  more: bartizan explain sql-built-from-text
"#);

    let mut whole = file.finding(&SQL_BUILT_FROM_TEXT, &text[..text.find("    \"AND").unwrap()]);
    whole.lines = file.lines(1, 4);
    assert_snapshot!(one(whole, 80), @r#"
high · sql-built-from-text · 446b95
  shop/visits.py:1:1
    1 │ ┏ rows = cursor.execute(
    2 │ ┃     "SELECT * FROM shop_visit "
    3 │ ┃     "WHERE page = '%s'"
      │ ┗━━━━━━━━━━━━━━━━━━━━━━━┛ here
    4 │       "AND day > '2026-01-01' "
  An attacker gains something.
  more: bartizan explain sql-built-from-text
"#);
}

#[test]
fn a_long_line_is_cut_around_its_mark() {
    let padding = "visits + ".repeat(12);
    let text = format!("total = {padding}eval(request.GET[\"sum\"]) + {padding}1\n");
    let mut finding = File::new("shop/sums.py", &text)
        .finding(&SQL_BUILT_FROM_TEXT, "eval(request.GET[\"sum\"])");
    finding.label = "runs whatever a visitor sends, as Python".to_owned();
    assert_snapshot!(one(finding, 80), @r#"
high · sql-built-from-text · db98d3
  shop/sums.py:1:117
    1 │ …ts + visits + visits + eval(request.GET["sum"]) + visits + visits + vi…
      │                         ━━━━━━━━━━━━━━━━━━━━━━━━
      │                         runs whatever a visitor sends, as Python
  An attacker gains something.
  more: bartizan explain sql-built-from-text
"#);
}

#[test]
fn columns_agree_with_tabs_and_wide_characters() {
    let text = "if 商品:\n\t名前 = \"日本語\" + term; e\u{301} = raw(名前)\n";
    let file = File::new("shop/商品.py", text);
    let mut finding = file.finding(&SQL_BUILT_FROM_TEXT, "raw(名前)");
    finding.lines = file.lines(1, 2);
    finding.notes = vec![file.note("\"日本語\" + term", "joined here")];
    assert_snapshot!(one(finding, 80), @r#"
high · sql-built-from-text · 3acf64
  shop/商品.py:2:26
    1 │ if 商品:
    2 │     名前 = "日本語" + term; é = raw(名前)
      │                                 ━━━━━━━━━ here
      │            ─────────────── joined here
  An attacker gains something.
  more: bartizan explain sql-built-from-text
"#);
}

#[test]
fn a_narrow_screen_keeps_every_word() {
    let file = File::new(
        "shop/catalogue/management/commands/import_products_from_the_supplier.py",
        "rows = connection.cursor().execute(\"SELECT * FROM supplier_product WHERE id = \" + number)\n",
    );
    let mut finding = file.finding(&SQL_BUILT_FROM_TEXT, "number");
    finding.label = "comes from the file of a supplier, who can write anything".to_owned();
    finding.fix = "connection.cursor().execute(\"… WHERE id = %s\", [number])".to_owned();
    assert_snapshot!(one(finding, 60), @r#"
high · sql-built-from-text · 108a31
  shop/catalogue/ma…mport_products_from_the_supplier.py:1:83
    1 │ …LECT * FROM supplier_product WHERE id = " + number)
      │                                              ━━━━━━
      │ comes from the file of a supplier, who can write
      │ anything
  An attacker gains something.
  fix  connection.cursor().execute("… WHERE id = %s",
       [number])
  more: bartizan explain sql-built-from-text
"#);
}

#[test]
fn a_finding_without_its_lines_says_what_is_wrong_in_words() {
    let mut finding = shop::debug();
    finding.lines.clear();
    assert_snapshot!(one(finding, 100), @r#"
medium · debug-in-production · 240403                                           settings: production
  config/settings/production.py:3:9
  `DEBUG` is true for every text in the environment
  A page that fails shows code, settings and local variables.
  fix  DEBUG = os.environ.get("DEBUG") == "1"             more: bartizan explain debug-in-production
"#);
}

#[test]
fn ids_are_as_short_as_they_may_be() {
    let print = |hex: &str| format!("bz1:{hex:0<32}").parse::<Fingerprint>().unwrap();
    let with = |path: &str, hex: &str| {
        let mut finding = File::new(path, "x\n").finding(&DEBUG_IN_PRODUCTION, "x");
        finding.fingerprint = print(hex);
        finding
    };
    let findings = [
        with("a.py", "3f9a12aa"),
        with("b.py", "3f9a12ab"),
        with("c.py", "7d20e5"),
        with("shop/orders/models.py", "1b88c0"),
        with("shop/stock/models.py", "1b88c0"),
    ];
    assert_eq!(
        short_ids(&findings),
        [
            "3f9a12aa",
            "3f9a12ab",
            "7d20e5",
            "1b88c0@shop/orders/models.py",
            "1b88c0@shop/stock/models.py"
        ]
    );
}

#[test]
fn an_error_points_into_the_configuration() {
    let text = "[tool.bartizan]\nignore = [\"sql-injecton\"]\n";
    let start = text.find("sql").unwrap() as u32;
    let diagnostic = Diagnostic {
        message: "unknown rule `sql-injecton` in the configuration".to_owned(),
        place: Some(Source {
            path: "pyproject.toml".to_owned(),
            text: text.to_owned(),
            span: bartizan_base::Span::new(start, start + 12),
            label: String::new(),
        }),
        causes: Vec::new(),
        hint: Some("did you mean `sql-injection`?".to_owned()),
    };
    assert_snapshot!(diagnostic::render(&diagnostic, &options()), @r#"
error: unknown rule `sql-injecton` in the configuration
  pyproject.toml:2:12
    2 │ ignore = ["sql-injecton"]
      │            ━━━━━━━━━━━━
hint: did you mean `sql-injection`?
"#);
}

#[test]
fn an_error_without_a_place_names_its_causes() {
    let diagnostic = Diagnostic {
        message: "cannot update `django` in `poetry.lock`".to_owned(),
        causes: vec!["the lock was written for another `pyproject.toml`".to_owned()],
        hint: Some("run `poetry lock` first, or pass `--only-report`".to_owned()),
        ..Diagnostic::default()
    };
    assert_snapshot!(diagnostic::render(&diagnostic, &options()), @r#"
error: cannot update `django` in `poetry.lock`
  caused by: the lock was written for another `pyproject.toml`
hint: run `poetry lock` first, or pass `--only-report`
"#);
}

#[test]
fn an_error_beyond_the_end_of_its_file_still_shows() {
    let diagnostic = Diagnostic {
        message: "the file ends inside a table".to_owned(),
        place: Some(Source {
            path: "bartizan.toml".to_owned(),
            text: "[rules".to_owned(),
            span: bartizan_base::Span::new(900, 1_000),
            label: "expected `]`".to_owned(),
        }),
        ..Diagnostic::default()
    };
    assert_snapshot!(diagnostic::render(&diagnostic, &options()), @r#"
error: the file ends inside a table
  bartizan.toml:1:7
    1 │ [rules
      │       ━ expected `]`
"#);
}
