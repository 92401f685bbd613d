//! A small web shop with a few things wrong, as the scan would report it.

use bartizan_base::{
    Coverage, FileKind, FilePath, LineColumn, LineIndex, Problem, ProblemKind, Reads, Skipped, Span,
};
use bartizan_finding::{
    Alias, Confidence, Cwe, Family, Finding, Fingerprint, Note, Peer, Place, Project, RuleInfo,
    ScanResult, Severity, Status, Subject, Suppressed, SuppressionForm, Words,
};

pub static SQL_BUILT_FROM_TEXT: RuleInfo = RuleInfo {
    id: "sql-built-from-text",
    title: "SQL assembled from text",
    family: Family::Injection,
    since: "0.1.0",
    status: Status::Stable,
    cwe: &[Cwe(89)],
    severity: Severity::High,
    confidence: Confidence::Medium,
    aliases: &[Alias(Peer::Bandit, "B608"), Alias(Peer::Ruff, "S608")],
    related: &[],
    was: &["hardcoded-sql"],
    page: include_str!("sql_built_from_text.md"),
};

pub static DEBUG_IN_PRODUCTION: RuleInfo = RuleInfo {
    id: "debug-in-production",
    title: "Debug pages shown to visitors",
    family: Family::Settings,
    since: "0.1.0",
    status: Status::Stable,
    cwe: &[Cwe(489), Cwe(11)],
    severity: Severity::Medium,
    confidence: Confidence::High,
    aliases: &[Alias(Peer::Django, "security.W018")],
    related: &[Alias(Peer::Bandit, "B201")],
    was: &[],
    page: "# Debug pages shown to visitors\n\nVisitors see code and settings when a page fails.\n",
};

pub static UNKNOWN_SUPPRESSION: RuleInfo = RuleInfo {
    id: "unknown-suppression",
    title: "A comment that silences a rule nobody knows",
    family: Family::Suppression,
    since: "0.2.0",
    status: Status::Preview,
    cwe: &[Cwe(1109)],
    severity: Severity::Info,
    confidence: Confidence::High,
    aliases: &[],
    related: &[],
    was: &[],
    page: "The comment names a rule that does not exist.\n",
};

/// All rules of the shop's scan.
pub const RULES: [&RuleInfo; 3] =
    [&UNKNOWN_SUPPRESSION, &SQL_BUILT_FROM_TEXT, &DEBUG_IN_PRODUCTION];

pub const SEARCH: &str = "\
from django.db import connection


def by_name(term, order):
    query = \"SELECT * FROM catalogue_product WHERE name ILIKE '%%%s%%'\" % term

    return Product.objects.raw(query)
";

/// A file whose pieces are pointed at by their text.
pub struct File {
    path: FilePath,
    text: String,
    index: LineIndex,
}

impl File {
    pub fn new(path: &str, text: &str) -> Self {
        let path = FilePath::new(path).unwrap();
        Self { path, text: text.to_owned(), index: LineIndex::new(text) }
    }

    /// The place of the first `needle`.
    pub fn place(&self, needle: &str) -> Place {
        let start = self.text.find(needle).unwrap() as u32;
        let span = Span::new(start, start + needle.len() as u32);
        let at = |offset| self.index.line_column(&self.text, offset);
        Place { path: self.path.clone(), start: at(span.start), end: at(span.end), span }
    }

    /// Lines `from` to `to`, both included.
    pub fn lines(&self, from: u32, to: u32) -> Vec<(u32, String)> {
        let line = |n| (n, self.index.line_span(&self.text, n).slice(&self.text).to_owned());
        (from..=to).map(line).collect()
    }

    /// A finding of `rule` on the first `needle`, with no more said than it must.
    pub fn finding(&self, rule: &'static RuleInfo, needle: &str) -> Finding {
        let place = self.place(needle);
        let subject = Subject::Code { scope: String::new(), shape: needle.to_owned(), ordinal: 0 };
        let lines = self.lines(place.start.line, place.end.line);
        let words = Words {
            message: "Something is wrong".to_owned(),
            label: "here".to_owned(),
            impact: "An attacker gains something.".to_owned(),
            fix: String::new(),
        };
        Finding::new(rule, (place, lines), subject, words, Fingerprint::digest([needle]))
    }

    pub fn note(&self, needle: &str, message: &str) -> Note {
        let place = self.place(needle);
        let lines = self.lines(place.start.line, place.end.line);
        Note { place, message: message.to_owned(), lines }
    }
}

pub fn search() -> Finding {
    let file = File::new("shop/catalogue/search.py", SEARCH);
    let mut finding = file.finding(&SQL_BUILT_FROM_TEXT, "query)");
    finding.place = Place {
        end: LineColumn { line: 7, column: 37 },
        span: Span::new(finding.place.span.start, finding.place.span.end - 1),
        ..finding.place
    };
    finding.lines = file.lines(4, 7);
    finding.lines.remove(2);
    finding.message = "Query text is built with `%` and run as SQL".to_owned();
    finding.label = "runs as SQL".to_owned();
    finding.impact = "Whoever chooses `term` can read or change any table: \
                      `' UNION SELECT …` is enough."
        .to_owned();
    finding.fix = "Product.objects.raw(\"… WHERE name ILIKE %s\", [f\"%{term}%\"])".to_owned();
    finding.notes = vec![
        file.note("% term", "joined into the query text"),
        File::new(
            "shop/catalogue/views.py",
            "def search(request):\n    by_name(request.GET[\"q\"])\n",
        )
        .note("request.GET[\"q\"]", "anyone can send this"),
    ];
    finding.subject = Subject::Code {
        scope: "by_name".to_owned(),
        shape: "Product.objects.raw($0)".to_owned(),
        ordinal: 0,
    };
    finding.fingerprint = Fingerprint::of(finding.rule.first_id(), &finding.subject);
    finding
}

pub fn orders() -> Finding {
    let text = "
class OrderReport(View):
    def get(self, request):
        with connection.cursor() as cursor:
            cursor.execute(
                \"SELECT * FROM orders_order ORDER BY \"
                + order,
            )
";
    let file = File::new("shop/orders/views.py", text);
    let start = text.find("\"SELECT").unwrap();
    let needle = &text[start..text.find(",\n").unwrap()];
    let mut finding = file.finding(&SQL_BUILT_FROM_TEXT, needle);
    finding.lines = file.lines(4, 8);
    finding.label = "joined into a query".to_owned();
    finding.impact = "Whoever chooses `order` can read any table.".to_owned();
    finding.confidence = Confidence::Low;
    finding.doubt = Some(
        "if `order` can hold text from the client: it comes from a field that has no type"
            .to_owned(),
    );
    finding.fix =
        "Order.objects.order_by(order)\nand a set of the columns that may be named:\n    \
                   ORDERS = {\"date\", \"total\"}"
            .to_owned();
    finding.subject = Subject::Code {
        scope: "OrderReport.get".to_owned(),
        shape: "$0.execute($1 + $2)".to_owned(),
        ordinal: 0,
    };
    finding.fingerprint = Fingerprint::of(finding.rule.first_id(), &finding.subject);
    finding
}

pub fn debug() -> Finding {
    let file = File::new(
        "config/settings/production.py",
        "import os\n\nDEBUG = os.environ.get(\"DEBUG\", False)\n",
    );
    let mut finding = file.finding(&DEBUG_IN_PRODUCTION, "os.environ.get(\"DEBUG\", False)");
    finding.label = "\"False\" from the environment is true".to_owned();
    finding.message = "`DEBUG` is true for every text in the environment".to_owned();
    finding.impact = "A page that fails shows code, settings and local variables.".to_owned();
    finding.fix = "DEBUG = os.environ.get(\"DEBUG\") == \"1\"".to_owned();
    finding.subject =
        Subject::Setting { name: "DEBUG".to_owned(), environment: "production".to_owned() };
    finding.fingerprint = Fingerprint::of(finding.rule.first_id(), &finding.subject);
    finding
}

pub fn silenced() -> Finding {
    let file = File::new("shop/reports/tests.py", "cursor.execute(f\"DROP TABLE {name}\")\n");
    let mut finding = file.finding(&SQL_BUILT_FROM_TEXT, "f\"DROP TABLE {name}\"");
    finding.in_tests = true;
    finding.suppressed = Some(Suppressed {
        form: SuppressionForm::Bartizan,
        reason: "name is a constant of this test".to_owned(),
        line: 1,
        until: "2027-03-31".parse().ok(),
    });
    finding
}

/// The result of one scan of the shop.
pub fn result() -> ScanResult {
    let problem = |path: &str, at, kind, message: &str| Problem {
        path: FilePath::new(path).unwrap(),
        at,
        kind,
        message: message.to_owned(),
    };
    let mut coverage = Coverage { lines: 38_214, interfaces: 120, ..Coverage::default() };
    coverage.kinds.insert(FileKind::Python, Reads { seen: 413, read: 412 });
    coverage.names = Reads { seen: 9_120, read: 8_951 };
    coverage.skipped = vec![Skipped {
        path: "node_modules".to_owned(),
        reason: "ignored by .gitignore".to_owned(),
    }];
    ScanResult {
        findings: vec![debug(), search(), orders(), silenced()],
        problems: vec![
            problem(
                "shop/legacy.py",
                None,
                ProblemKind::Encoding,
                "not valid UTF-8 at byte 4,411, and no encoding is declared",
            ),
            problem(
                "shop/orders/draft.py",
                Some(LineColumn { line: 12, column: 5 }),
                ProblemKind::Syntax,
                "expected an expression",
            ),
        ],
        coverage,
        projects: vec![Project { root: String::new() }],
        revision: Some("4f1c2d9".to_owned()),
        packages: None,
    }
}
