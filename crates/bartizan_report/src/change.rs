//! What a change does to the surface: text, JSON, or CSV.

use bartizan_base::Problem;
use bartizan_review::{Change, Kind, Weight};
use serde::Serialize;

use crate::look::{Look, Paint};
use crate::number::counted;
use crate::options::Options;
use crate::problem::{ProblemWire, problems};
use crate::visible::{visible, width};

/// What was compared, and what came of it.
#[derive(Debug)]
pub struct Compared<'c> {
    /// The old version, as it was asked for, and its commit.
    pub base: (&'c str, &'c str),
    /// The new version, as it was asked for; `None` for the working tree.
    pub head: Option<&'c str>,
    /// The environment and its settings module.
    pub settings: Option<&'c (String, String)>,
    /// The changes, the weakest first.
    pub changes: &'c [Change],
    /// What could not be read.
    pub problems: &'c [Problem],
}

/// Rows with the same cause beyond which the rest is counted.
const MOST_ROWS: usize = 4;

/// The changes as a person reads them.
pub fn render(compared: &Compared<'_>, options: &Options) -> String {
    let look = options.look();
    let mut rows: Vec<[String; 4]> = Vec::new();
    let mut index = 0;
    while let Some(change) = compared.changes.get(index) {
        let same = compared.changes[index..]
            .iter()
            .take_while(|other| has_same_cause(change, other))
            .count()
            .max(1);
        let shown = if same > MOST_ROWS { MOST_ROWS - 1 } else { same };
        for change in &compared.changes[index..index + shown] {
            rows.push(row(change, &look));
        }
        if same > shown {
            let rest = counted((same - shown) as u64, "other endpoint");
            let place = format!("{}:{}", visible(change.path.as_str()), change.line);
            rows.push([head(change), rest, look.glyphs.ellipsis.to_owned(), place]);
        }
        index += same;
    }
    let mut out = String::new();
    lay_out(&mut out, &rows, &look);
    let dot = look.glyphs.dot;
    let weaker = compared.changes.iter().filter(|change| weakens(change)).count();
    let mut last = match compared.changes.len() {
        0 => "the surface is as it was".to_owned(),
        count => {
            let mut said = counted(count as u64, "change");
            said.push_str(&match weaker {
                0 => ", none weakens".to_owned(),
                1 => ", 1 weakens".to_owned(),
                weaker => format!(", {weaker} weaken"),
            });
            match compared.changes.iter().filter(|change| strengthens(change)).count() {
                0 => {}
                1 => said.push_str(", 1 strengthens"),
                better => said.push_str(&format!(", {better} strengthen")),
            }
            said
        }
    };
    let commit: String = compared.base.1.chars().take(9).collect();
    let head = compared.head.unwrap_or("the working tree");
    last.push_str(&format!(
        " {dot} {} ({commit}) {} {}",
        visible(compared.base.0),
        look.glyphs.to,
        visible(head)
    ));
    if let Some((environment, module)) = compared.settings {
        last.push_str(&format!(" {dot} {environment}: {}", visible(module)));
    }
    out.push_str(&last);
    out.push('\n');
    out
}

/// Whether a change makes the site protect less: what is new and open does as well.
pub fn weakens(change: &Change) -> bool {
    matches!(change.kind.weight(), Weight::Weaker | Weight::New)
}

fn strengthens(change: &Change) -> bool {
    change.kind.weight() == Weight::Better
}

fn has_same_cause(one: &Change, other: &Change) -> bool {
    (one.kind, &one.path, one.line, &one.setting)
        == (other.kind, &other.path, other.line, &other.setting)
        && matches!(one.kind.weight(), Weight::Weaker | Weight::Better)
}

fn head(change: &Change) -> String {
    let sign = match change.kind {
        Kind::EndpointAddedOpen
        | Kind::EndpointAddedGuarded
        | Kind::SinkNewlyReachable
        | Kind::SecretIntroduced
        | Kind::DependencyAdded
        | Kind::SuppressionAdded => '+',
        Kind::WritableFieldsGrew
        | Kind::ReadableFieldsGrew
        | Kind::MethodsAdded
        | Kind::MethodWidened
        | Kind::MiddlewareOrderChanged
        | Kind::SettingUnknownNow
        | Kind::DependencyDowngraded
        | Kind::MigrationRisky => '~',
        kind if kind.weight() == Weight::Better => '+',
        _ => '-',
    };
    format!("{sign} {}", change.kind.title())
}

fn row(change: &Change, look: &Look) -> [String; 4] {
    let to = look.glyphs.to;
    let subject = match (&change.setting, change.methods.is_empty()) {
        (Some(setting), _) => {
            let environment = change.environment.as_deref().unwrap_or("");
            format!("{environment}: {setting}")
        }
        (None, true) => change.route.clone(),
        (None, false) => format!("{} {}", change.methods.join(","), change.route),
    };
    let what = match change.kind {
        Kind::WritableFieldsGrew | Kind::WritableFieldsShrank => {
            format!("{} (writable)", change.after)
        }
        Kind::ReadableFieldsGrew | Kind::ReadableFieldsShrank => {
            format!("{} (readable)", change.after)
        }
        _ if change.before.is_empty() => change.after.clone(),
        _ if change.after.is_empty() => change.before.clone(),
        _ => format!("{} {to} {}", change.before, change.after),
    };
    let place = format!("{}:{}", visible(change.path.as_str()), change.line);
    [head(change), visible(&subject).into_owned(), visible(&what).into_owned(), place]
}

/// Columns of the width that they need; what held and holds is cut where the screen ends.
fn lay_out(out: &mut String, rows: &[[String; 4]], look: &Look) {
    let most = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
    let (first, second, place) = (most(0), most(1).min(60), most(3));
    let room = look.width.saturating_sub(first + second + place + 6).max(24);
    let third = most(2).min(room);
    for row in rows {
        let cells = [
            (row[0].clone(), first),
            (fit(&row[1], second, look), second),
            (fit(&row[2], third, look), third),
            (row[3].clone(), 0),
        ];
        let mut line = String::new();
        for (index, (cell, to)) in cells.iter().enumerate() {
            let padding = to.saturating_sub(width(cell));
            match index {
                0 => line.push_str(&look.paint(Paint::Heading, cell)),
                _ => line.push_str(cell),
            }
            line.push_str(&" ".repeat(padding + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn fit(text: &str, to: usize, look: &Look) -> String {
    if width(text) <= to {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if width(&kept) + 1 + width(look.glyphs.ellipsis) > to {
            break;
        }
        kept.push(c);
    }
    kept + look.glyphs.ellipsis
}

// ---- JSON and CSV ----------------------------------------------------------------------------

/// The version of [`json`]'s form.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Wire<'a> {
    schema: u32,
    base: &'a str,
    base_commit: &'a str,
    head: Option<&'a str>,
    environment: Option<&'a str>,
    settings: Option<&'a str>,
    changes: Vec<ChangeWire<'a>>,
    problems: Vec<ProblemWire<'a>>,
}

#[derive(Serialize)]
struct ChangeWire<'a> {
    kind: &'static str,
    route: Option<&'a str>,
    methods: &'a [&'static str],
    setting: Option<&'a str>,
    environment: Option<&'a str>,
    path: &'a str,
    line: u32,
    before: &'a str,
    after: &'a str,
}

/// The changes for programs.
pub fn json(compared: &Compared<'_>) -> String {
    let wire = Wire {
        schema: SCHEMA,
        base: compared.base.0,
        base_commit: compared.base.1,
        head: compared.head,
        environment: compared.settings.map(|(name, _)| name.as_str()),
        settings: compared.settings.map(|(_, module)| module.as_str()),
        changes: compared
            .changes
            .iter()
            .map(|change| ChangeWire {
                kind: change.kind.as_str(),
                route: (!change.route.is_empty()).then_some(change.route.as_str()),
                methods: &change.methods,
                setting: change.setting.as_deref(),
                environment: change.environment.as_deref(),
                path: change.path.as_str(),
                line: change.line,
                before: &change.before,
                after: &change.after,
            })
            .collect(),
        problems: problems(compared.problems),
    };
    let mut out = serde_json::to_string_pretty(&wire).expect("texts and numbers can be written");
    out.push('\n');
    out
}

/// A line for each change, with a head line; RFC 4180.
pub fn csv(compared: &Compared<'_>) -> String {
    let mut out = String::from("kind,route,methods,setting,environment,path,line,before,after\r\n");
    for change in compared.changes {
        let cells = [
            change.kind.as_str().to_owned(),
            change.route.clone(),
            change.methods.join(" "),
            change.setting.clone().unwrap_or_default(),
            change.environment.clone().unwrap_or_default(),
            change.path.as_str().to_owned(),
            change.line.to_string(),
            change.before.clone(),
            change.after.clone(),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| crate::surface::quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}
