//! The endpoints of a project: a table, JSON, or CSV.

use bartizan_django::endpoints::table::{Object, Row, SurfaceTable};
use bartizan_django::objects::Bound;
use serde::Serialize;

use crate::look::{Look, Paint};
use crate::number::counted;
use crate::options::Options;
use crate::problem::{ProblemWire, problems};
use crate::visible::{visible, width};

/// Columns of the table.
const COLUMNS: usize = 7;

/// Models that a row of text names; JSON and CSV have all.
const MOST_SHOWN: usize = 3;

/// The table as a person reads it; with `unresolved`, what could not be followed stands below.
pub fn render(table: &SurfaceTable, unresolved: bool, options: &Options) -> String {
    let look = options.look();
    let mut cells: Vec<[String; COLUMNS]> = vec![[
        "methods".to_owned(),
        "route".to_owned(),
        "view".to_owned(),
        "reached by".to_owned(),
        "csrf".to_owned(),
        "object".to_owned(),
        "changes".to_owned(),
    ]];
    for row in &table.rows {
        let methods = match row.methods.is_empty() {
            true => "any".to_owned(),
            false => row.methods.join(","),
        };
        cells.push([
            methods,
            visible(&row.route).into_owned(),
            visible(&row.view).into_owned(),
            row.reach.to_owned(),
            row.csrf.to_owned(),
            row.bound().map_or("", Bound::as_str).to_owned(),
            visible(&nearest(&row.writes)).into_owned(),
        ]);
    }
    let mut out = String::new();
    // Where nothing could be followed, the reasons are the answer.
    let is_lost = table.count == 0 && !table.unresolved.is_empty();
    match table.rows.is_empty() {
        true if is_lost => out.push_str("no endpoint could be followed\n"),
        true => out.push_str("no endpoints\n"),
        false => lay_out(&mut out, &cells, &look),
    }
    if unresolved || is_lost {
        for missing in &table.unresolved {
            out.push_str(&format!(
                "{}  {}  {}:{}\n",
                visible(&missing.route),
                visible(&missing.why),
                visible(missing.path.as_str()),
                missing.line
            ));
        }
    }
    let dot = look.glyphs.dot;
    let mut last = match table.rows.len() == table.count {
        true => counted(table.count as u64, "endpoint"),
        false => format!("{} of {}", table.rows.len(), counted(table.count as u64, "endpoint")),
    };
    if !table.unresolved.is_empty() {
        let count = counted(table.unresolved.len() as u64, "route");
        last.push_str(&format!(" {dot} {count} unresolved"));
        if !unresolved {
            last.push_str(" (--unresolved)");
        }
    }
    if let Some((environment, module)) = &table.settings {
        last.push_str(&format!(" {dot} {environment}: {}", visible(module)));
    }
    if table.settings.is_none() {
        last.push_str(&format!(" {dot} no settings: each URLconf by itself"));
    }
    out.push_str(&last);
    out.push('\n');
    out
}

/// Columns of the width that they need; routes and views are cut where the screen ends.
fn lay_out(out: &mut String, cells: &[[String; COLUMNS]], look: &Look) {
    let mut widths = [0; COLUMNS];
    for row in cells {
        for (index, cell) in row.iter().enumerate() {
            widths[index] = widths[index].max(width(cell));
        }
    }
    let gaps = 2 * (COLUMNS - 1);
    let fixed: usize = widths[0] + widths[3] + widths[4] + widths[5] + widths[6].min(24) + gaps;
    let room = look.width.saturating_sub(fixed).max(40);
    if widths[1] + widths[2] > room {
        let half = room / 2;
        (widths[1], widths[2]) = match (widths[1] <= half, widths[2] <= half) {
            (true, _) => (widths[1], room - widths[1]),
            (_, true) => (room - widths[2], widths[2]),
            _ => (half, room - half),
        };
    }
    for (index, row) in cells.iter().enumerate() {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let cell = match column {
                1 | 2 => cut_in_the_middle(cell, widths[column], look.glyphs.ellipsis),
                _ => cell.clone(),
            };
            let padding = widths[column].saturating_sub(width(&cell));
            match index {
                0 => line.push_str(&look.paint(Paint::Heading, &cell)),
                _ => line.push_str(&cell),
            }
            if column + 1 < COLUMNS {
                line.push_str(&" ".repeat(padding + 2));
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn cut_in_the_middle(text: &str, to: usize, ellipsis: &str) -> String {
    if width(text) <= to {
        return text.to_owned();
    }
    let kept = to.saturating_sub(width(ellipsis));
    let chars: Vec<char> = text.chars().collect();
    let (head, tail) = (kept / 2, kept - kept / 2);
    let head: String = chars.iter().take(head).collect();
    let tail: String = chars.iter().skip(chars.len().saturating_sub(tail)).collect();
    format!("{head}{ellipsis}{tail}")
}

// ---- JSON and CSV ----------------------------------------------------------------------------

/// The version of [`json`]'s form.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Wire<'a> {
    schema: u32,
    environment: Option<&'a str>,
    settings: Option<&'a str>,
    endpoints: Vec<RowWire<'a>>,
    unresolved: Vec<MissingWire<'a>>,
    problems: Vec<ProblemWire<'a>>,
}

#[derive(Serialize)]
struct RowWire<'a> {
    route: &'a str,
    name: Option<&'a str>,
    methods: &'a [&'static str],
    view: &'a str,
    file: &'a str,
    line: u32,
    route_file: &'a str,
    route_line: u32,
    reach: &'a str,
    guards: Vec<GuardWire<'a>>,
    csrf: &'a str,
    throttle: &'a str,
    objects: Vec<ObjectWire<'a>>,
    writes: &'a [String],
}

#[derive(Serialize)]
struct ObjectWire<'a> {
    methods: &'a [&'static str],
    model: &'a str,
    bound: &'a str,
    by: Option<&'a str>,
    file: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct GuardWire<'a> {
    name: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
}

#[derive(Serialize)]
struct MissingWire<'a> {
    route: &'a str,
    why: &'a str,
    file: &'a str,
    line: u32,
}

/// The table for programs.
pub fn json(table: &SurfaceTable) -> String {
    let wire = Wire {
        schema: SCHEMA,
        environment: table.settings.as_ref().map(|(name, _)| name.as_str()),
        settings: table.settings.as_ref().map(|(_, module)| module.as_str()),
        endpoints: table.rows.iter().map(row).collect(),
        unresolved: table
            .unresolved
            .iter()
            .map(|missing| MissingWire {
                route: &missing.route,
                why: &missing.why,
                file: missing.path.as_str(),
                line: missing.line,
            })
            .collect(),
        problems: problems(&table.problems),
    };
    let mut out = serde_json::to_string_pretty(&wire).expect("texts and numbers can be written");
    out.push('\n');
    out
}

fn row(row: &Row) -> RowWire<'_> {
    RowWire {
        route: &row.route,
        name: row.name.as_deref(),
        methods: &row.methods,
        view: &row.view,
        file: row.path.as_str(),
        line: row.line,
        route_file: row.route_place.0.as_str(),
        route_line: row.route_place.1,
        reach: row.reach,
        guards: row
            .guards
            .iter()
            .map(|(name, place)| GuardWire {
                name,
                file: place.as_ref().map(|(path, _)| path.as_str()),
                line: place.as_ref().map(|(_, line)| *line),
            })
            .collect(),
        csrf: row.csrf,
        throttle: row.throttle,
        objects: row
            .objects
            .iter()
            .map(|object| ObjectWire {
                methods: &object.methods,
                model: &object.model,
                bound: object.bound.as_str(),
                by: Some(object.by.as_str()).filter(|by| !by.is_empty()),
                file: object.path.as_str(),
                line: object.line,
            })
            .collect(),
        writes: &row.writes,
    }
}

/// A line for each row, with a head line; RFC 4180.
pub fn csv(table: &SurfaceTable) -> String {
    let mut out = String::from(
        "methods,route,name,view,file,line,reach,guards,csrf,throttle,objects,writes\r\n",
    );
    for row in &table.rows {
        let guards: Vec<&str> = row.guards.iter().map(|(name, _)| name.as_str()).collect();
        let cells = [
            row.methods.join(" "),
            row.route.clone(),
            row.name.clone().unwrap_or_default(),
            row.view.clone(),
            row.path.as_str().to_owned(),
            row.line.to_string(),
            row.reach.to_owned(),
            guards.join(" "),
            row.csrf.to_owned(),
            row.throttle.to_owned(),
            row.objects.iter().map(object).collect::<Vec<_>>().join("; "),
            row.writes.join(" "),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// `Order scoped (customer=request.user) shop/views.py:12`
fn object(object: &Object) -> String {
    let mut text = String::new();
    if !object.methods.is_empty() {
        text.push_str(&format!("{}: ", object.methods.join(" ")));
    }
    text.push_str(&format!("{} {}", object.model, object.bound.as_str()));
    if !object.by.is_empty() {
        text.push_str(&format!(" ({})", object.by));
    }
    text.push_str(&format!(" {}:{}", object.path.as_str(), object.line));
    text
}

/// A cell; what a spreadsheet would take for a formula is no formula any more.
pub(crate) fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}

/// What a row changes first of all, and how much more there is.
fn nearest(writes: &[String]) -> String {
    let shown = &writes[..writes.len().min(MOST_SHOWN)];
    let mut text = shown.join(", ");
    if writes.len() > shown.len() {
        text.push_str(&format!(" +{}", writes.len() - shown.len()));
    }
    text
}
