//! Query text with a hole that is filled before the database sees it.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::{FileIr, Value, ValueId};
use bartizan_model::kind;

use crate::origin::Origin;
use crate::text::OpenHole;
use crate::words::capital;
use crate::{CallSite, Detect, Draft, Rule, naming};

use super::built_text;

/// SQL put together by hand.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "sql-built-from-text",
        title: "SQL built from text",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(89)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B608"),
            Alias(Peer::Bandit, "B610"),
            Alias(Peer::Bandit, "B611"),
            Alias(Peer::Ruff, "S608"),
            Alias(Peer::Ruff, "S610"),
            Alias(Peer::Ruff, "S611"),
        ],
        related: &[],
        was: &[],
        page: include_str!("sql_built_from_text.md"),
    },
    detect: Detect::Calls { kinds: &[kind::SQL_TEXT], judge },
    everyday_until: Some("sql-injection"),
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let text = site.view.assembled(argument.value, argument.span, kind::SQL_TEXT);
    // Text that comes whole from nobody knows where is not built here; only a flow can tell.
    let (open, position) = text
        .open_holes()
        .filter(|open| open.is_part || open.hole.origin == Origin::Remote)
        .map(|open| (open, Position::of(&open)))
        .max_by_key(|(open, position)| {
            (open.hole.origin, *position, std::cmp::Reverse(open.hole.span))
        })?;
    if site.confidence == Confidence::Low && !is_sql(&text.fixed()) {
        return None;
    }
    let name = built_text::name(site, &open.hole);
    let mut draft = built_text::at_text(site, &open.hole, "this runs it");
    if site.confidence == Confidence::Medium && is_sql(&text.fixed()) {
        // The text itself settles what its taker is.
        draft.confidence = Some(RULE.info.confidence);
        draft.doubt = None;
    }
    let unknown = match position {
        Position::Quoted | Position::Value => Confidence::Medium,
        Position::Name | Position::Fragment => Confidence::Low,
    };
    let ir = site.view.of(open.hole.file).ir();
    let is_tame = naming::is_read_from_rows(ir, open.hole.value)
        || naming::is_name_in_database(ir, open.hole.value)
        || is_one_of_many(ir, open.hole.value);
    let unknown = if is_tame { Confidence::Low } else { unknown };
    let draft = built_text::weigh(draft, &open.hole, &name, unknown);
    let name_bare = name.trim_matches('`');
    Some(Draft {
        message: if open.is_part {
            format!("{} is written into the text of a query", capital(&name))
        } else {
            format!("{} is run as a query", capital(&name))
        },
        label: if open.is_part {
            "text and data are mixed here".to_owned()
        } else {
            "the query is whatever was sent".to_owned()
        },
        impact: match position {
            Position::Quoted | Position::Value => format!(
                "Whoever chooses {name} ends the value and goes on in SQL: reads or changes \
                 whatever the database user may."
            ),
            Position::Name | Position::Fragment => format!(
                "Whoever chooses {name} writes a part of the statement: other tables, other \
                 conditions, other statements."
            ),
        },
        fix: fix(site, position, name_bare),
        ..draft
    })
}

fn fix(site: &CallSite<'_>, position: Position, name: &str) -> String {
    match position {
        Position::Quoted | Position::Value => {
            match site.callee.map(|callee| callee.name.as_str()) {
                Some("extra") => {
                    format!("Write `%s` there, without quotes, and pass `params=[{name}]`")
                }
                Some(callee) => format!(
                    "Write `%s` there, without quotes, and pass the value beside it: `{callee}(…, [{name}])`"
                ),
                None => "Write `%s` there, and pass the value beside the text".to_owned(),
            }
        }
        Position::Name => format!(
            "Take the name from a list in the code: `COLUMNS[{name}]`; placeholders do not serve for names"
        ),
        Position::Fragment => {
            "Keep the statement constant, with `%s` for each value and the values passed beside it"
                .to_owned()
        }
    }
}

/// Whether a value is one of several that are gone through: such lists are keys, digests and kinds that
/// the code itself chose, as a rule.
fn is_one_of_many(ir: &FileIr, value: ValueId) -> bool {
    match ir.value(ir.bare(value)) {
        Value::Elem { .. } | Value::Comp(_) => true,
        Value::Index { of, .. } => is_one_of_many(ir, of),
        _ => false,
    }
}

/// What a hole stands for in the statement. Ordered: a value is put in by hand for no good reason,
/// a name often must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Position {
    /// Some part of the statement.
    Fragment,
    /// A table, a column, an order.
    Name,
    /// A value, bare.
    Value,
    /// A value between quotes.
    Quoted,
}

/// Behind these words stands a name.
const BEFORE_NAMES: &[&str] = &[
    "FROM",
    "JOIN",
    "INTO",
    "UPDATE",
    "TABLE",
    "INDEX",
    "VIEW",
    "DATABASE",
    "SCHEMA",
    "SEQUENCE",
    "COLUMN",
    "EXISTS",
    "TRIGGER",
    "FUNCTION",
    "EXTENSION",
    "ROLE",
    "CONSTRAINT",
    "TYPE",
    "ONLY",
    "TRUNCATE",
    "BY",
    "SELECT",
    "AS",
    "ON",
    "TO",
    "DISTINCT",
    "SET",
    "CONCURRENTLY",
    "ANALYZE",
    "VACUUM",
    "REINDEX",
    "CHANNEL",
    "LISTEN",
    "NOTIFY",
];

/// Behind these stands a value.
const BEFORE_VALUES: &[&str] = &["LIKE", "ILIKE", "LIMIT", "OFFSET", "BETWEEN", "REGEXP"];

impl Position {
    fn of(open: &OpenHole<'_>) -> Self {
        let before = open.before;
        let quotes = before.bytes().filter(|byte| *byte == b'\'').count();
        let closes = open.after.trim_start_matches('%').starts_with('\'');
        if quotes % 2 == 1 || before.trim_end_matches('%').ends_with('\'') && closes {
            return Self::Quoted;
        }
        let bare = before.trim_end_matches(['"', '`', '[', '(']).trim_end();
        // `raw_%s_id`: what is put into a name is a piece of one.
        let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
        let goes_on = open.after.starts_with(|c: char| is_of_name(c) || c == '.');
        if before.ends_with(['"', '`', '.', '[', '_']) || goes_on {
            return Self::Name;
        }
        if bare.ends_with(['=', '<', '>']) {
            return Self::Value;
        }
        let word = bare.rsplit(|c: char| !c.is_ascii_alphabetic() && c != '_').next().unwrap_or("");
        let word = word.to_ascii_uppercase();
        let opens = before.trim_end().ends_with('(');
        match word.as_str() {
            "IN" | "VALUES" if opens => Self::Value,
            word if BEFORE_VALUES.contains(&word) => Self::Value,
            word if BEFORE_NAMES.contains(&word) => Self::Name,
            _ => Self::Fragment,
        }
    }
}

/// Whether a text cannot be anything but SQL: how it begins, and a word that belongs to that.
fn is_sql(text: &str) -> bool {
    let text = text.trim_start().to_ascii_uppercase();
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '\u{fffd}');
    let Some(first) = words.find(|word| !word.is_empty()) else { return false };
    let has = |word: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|other| other == word)
    };
    match first {
        "SELECT" => has("FROM"),
        "INSERT" | "REPLACE" => has("INTO"),
        "UPDATE" => has("SET"),
        "DELETE" => has("FROM"),
        "WITH" => has("SELECT") && has("AS"),
        "CREATE" | "ALTER" | "DROP" => {
            ["TABLE", "INDEX", "VIEW", "DATABASE", "SCHEMA", "EXTENSION", "TRIGGER", "SEQUENCE"]
                .iter()
                .any(|what| has(what))
        }
        "TRUNCATE" | "GRANT" | "REVOKE" | "VACUUM" | "MERGE" => true,
        _ => false,
    }
}
