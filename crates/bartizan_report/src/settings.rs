//! Settings side by side: a column for each environment, or JSON.

use bartizan_base::FilePath;
use bartizan_django::settings::table::{Cell, Column, SettingsTable};
use serde::Serialize;

use crate::look::{Look, Paint};
use crate::options::Options;
use crate::problem::{ProblemWire, problems};
use crate::visible::{visible, width};

/// Columns between two environments.
const GAP: usize = 2;

/// The narrowest column that still says something.
const NARROWEST: usize = 24;

/// The table as a person reads it.
pub fn render(table: &SettingsTable, options: &Options) -> String {
    let look = options.look();
    if table.environments.is_empty() {
        return "no settings found\n".to_owned();
    }
    let names = table.rows.iter().map(|row| width(&row.name)).max().unwrap_or(0).max(8);
    let count = table.environments.len();
    let room = look.width.saturating_sub(names) / count;
    let column = room.saturating_sub(GAP).max(NARROWEST);
    let mut lines = Vec::new();
    let mut head = String::new();
    pad(&mut head, "", names);
    for environment in &table.environments {
        head.push_str(&" ".repeat(GAP));
        let title = title(table, environment);
        let padding = column.saturating_sub(width(&title));
        head.push_str(&look.paint(Paint::Heading, &title));
        head.push_str(&" ".repeat(padding));
    }
    lines.push(head);
    for row in &table.rows {
        let cells: Vec<Vec<String>> =
            row.cells.iter().map(|cell| cell_lines(cell.as_ref(), column, &look)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for index in 0..height {
            let mut line = String::new();
            pad(&mut line, if index == 0 { &row.name } else { "" }, names);
            for cell in &cells {
                line.push_str(&" ".repeat(GAP));
                pad(&mut line, cell.get(index).map_or("", String::as_str), column);
            }
            lines.push(line);
        }
    }
    lines.push(String::new());
    for environment in &table.environments {
        lines.push(origin(table, environment, &look));
        lines.extend(outside(table, environment, &look));
    }
    let mut out = String::new();
    for line in lines {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The environment's name, with its project's folder where there are several projects.
fn title(table: &SettingsTable, environment: &Column) -> String {
    let several = table.environments.iter().any(|other| other.root != environment.root);
    match several && !environment.root.is_empty() {
        true => format!("{} ({})", environment.name, visible(&environment.root)),
        false => environment.name.clone(),
    }
}

/// `production: config.settings.production (config/wsgi.py:8), Django 5.2.19`
fn origin(table: &SettingsTable, environment: &Column, look: &Look) -> String {
    let dot = look.glyphs.dot;
    let why = match &environment.decided {
        Some((path, line)) => format!(" {dot} {}:{line}", visible(path.as_str())),
        None if environment.is_sure => String::new(),
        None => format!(" {dot} nothing says so, but nothing else was found"),
    };
    let django = match environment.is_django_known {
        true => format!("Django {}", environment.django),
        false => format!("Django {} assumed: no manifest says which", environment.django),
    };
    format!("{}: {}{why} {dot} {django}", title(table, environment), visible(&environment.module))
}

/// `production: more variables come from /etc/shop/env, which is not here (deploy/shop.service:5)`
fn outside(table: &SettingsTable, environment: &Column, look: &Look) -> Option<String> {
    let (what, (path, line)) = environment.outside.as_ref()?;
    let place = format!("{}:{line}", visible(path.as_str()));
    let title = title(table, environment);
    let ellipsis = look.glyphs.ellipsis;
    let what = cut(what, look.width / 2, ellipsis);
    Some(format!("{title}: more variables come from {what}, which is not here ({place})"))
}

fn cell_lines(cell: Option<&Cell>, column: usize, look: &Look) -> Vec<String> {
    let Some(cell) = cell else { return vec!["not set".to_owned()] };
    let ellipsis = look.glyphs.ellipsis;
    let mut lines = Vec::new();
    if cell.ways.is_empty() {
        let mut value = cell.value.clone();
        if cell.is_default {
            value.push_str(" (Django's default)");
        }
        let unless = unless(cell);
        let whole = format!("{value}{unless}");
        if width(&whole) <= column {
            lines.push(visible(&whole).into_owned());
        } else {
            lines.push(cut(&value, column, ellipsis));
            if !unless.is_empty() {
                lines.push(cut(unless.trim_start(), column, ellipsis));
            }
        }
        lines.extend(cell.place.as_ref().map(|place| short(place, column, ellipsis)));
        lines.extend(given(cell, column, ellipsis));
        return lines;
    }
    for way in &cell.ways {
        let when = match way.when.is_empty() {
            true => String::new(),
            false => format!(" if {}", way.when.join(" and ")),
        };
        let whole = format!("{}{when}", way.value);
        if width(&whole) <= column {
            lines.push(visible(&whole).into_owned());
        } else {
            lines.push(cut(&way.value, column, ellipsis));
            if !when.is_empty() {
                lines.push(cut(when.trim_start(), column, ellipsis));
            }
        }
        lines.extend(way.place.as_ref().map(|place| short(place, column, ellipsis)));
    }
    lines.extend(given(cell, column, ellipsis));
    lines
}

/// `env DEBUG .env:3`: who gives the variables that decide.
fn given(cell: &Cell, column: usize, ellipsis: &str) -> Vec<String> {
    let lines = cell.given.iter().map(|(name, place)| {
        let whole = format!("env {name} {}:{}", place.0, place.1);
        if width(&whole) <= column {
            return visible(&whole).into_owned();
        }
        cut(&format!("env {name} {}", short(place, 0, ellipsis)), column, ellipsis)
    });
    lines.collect()
}

/// ` unless env DEBUG says otherwise`, where the value is not already told as one of the environment.
fn unless(cell: &Cell) -> String {
    if cell.variables.is_empty() || cell.value.starts_with("env ") {
        return String::new();
    }
    format!(" unless env {} says otherwise", cell.variables.join(", "))
}

/// The place, its folder left out where the column is narrow.
fn short((path, line): &(FilePath, u32), column: usize, ellipsis: &str) -> String {
    let whole = format!("{path}:{line}");
    if width(&whole) <= column {
        return visible(&whole).into_owned();
    }
    let name = format!("{ellipsis}/{}:{line}", path.name());
    visible(&name).into_owned()
}

fn pad(line: &mut String, text: &str, to: usize) {
    line.push_str(text);
    line.push_str(&" ".repeat(to.saturating_sub(width(text))));
}

/// The text on one line, cut at its end.
fn cut(text: &str, to: usize, ellipsis: &str) -> String {
    let text = visible(text);
    if width(&text) <= to {
        return text.into_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept) + width(ellipsis) > to {
            kept.pop();
            break;
        }
    }
    kept.push_str(ellipsis);
    kept
}

// ---- JSON ------------------------------------------------------------------------------------

/// The version of [`json`]'s form.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Wire<'a> {
    schema: u32,
    environments: Vec<EnvironmentWire<'a>>,
    settings: Vec<SettingWire<'a>>,
    problems: Vec<ProblemWire<'a>>,
}

#[derive(Serialize)]
struct EnvironmentWire<'a> {
    name: &'a str,
    role: &'a str,
    project: &'a str,
    module: &'a str,
    path: &'a str,
    decided: Option<PlaceWire<'a>>,
    is_sure: bool,
    outside: Option<OutsideWire<'a>>,
    django: &'a str,
    is_django_known: bool,
}

/// What gives an environment variables and is not here.
#[derive(Serialize)]
struct OutsideWire<'a> {
    from: &'a str,
    place: PlaceWire<'a>,
}

/// Which line of a file gives a variable its value.
#[derive(Serialize)]
struct GivenWire<'a> {
    variable: &'a str,
    place: PlaceWire<'a>,
}

#[derive(Serialize)]
struct PlaceWire<'a> {
    path: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct SettingWire<'a> {
    name: &'a str,
    /// One for each environment, in their order.
    values: Vec<Option<ValueWire<'a>>>,
}

#[derive(Serialize)]
struct ValueWire<'a> {
    value: &'a str,
    is_known: bool,
    is_default: bool,
    place: Option<PlaceWire<'a>>,
    ways: Vec<WayWire<'a>>,
    variables: &'a [String],
    given: Vec<GivenWire<'a>>,
    unknown: Option<&'a str>,
}

#[derive(Serialize)]
struct WayWire<'a> {
    value: &'a str,
    when: &'a [String],
    place: Option<PlaceWire<'a>>,
}

/// The table for programs.
pub fn json(table: &SettingsTable) -> String {
    let wire = Wire {
        schema: SCHEMA,
        environments: table.environments.iter().map(environment).collect(),
        settings: table
            .rows
            .iter()
            .map(|row| SettingWire {
                name: &row.name,
                values: row.cells.iter().map(|cell| cell.as_ref().map(value)).collect(),
            })
            .collect(),
        problems: problems(&table.problems),
    };
    let mut out = serde_json::to_string_pretty(&wire).expect("texts and numbers can be written");
    out.push('\n');
    out
}

fn place(place: &Option<(FilePath, u32)>) -> Option<PlaceWire<'_>> {
    place.as_ref().map(|(path, line)| PlaceWire { path: path.as_str(), line: *line })
}

fn environment(column: &Column) -> EnvironmentWire<'_> {
    EnvironmentWire {
        name: &column.name,
        role: column.role,
        project: &column.root,
        module: &column.module,
        path: column.path.as_str(),
        decided: place(&column.decided),
        is_sure: column.is_sure,
        outside: column.outside.as_ref().map(|(from, (path, line))| OutsideWire {
            from,
            place: PlaceWire { path: path.as_str(), line: *line },
        }),
        django: &column.django,
        is_django_known: column.is_django_known,
    }
}

fn value(cell: &Cell) -> ValueWire<'_> {
    ValueWire {
        value: &cell.value,
        is_known: cell.is_known,
        is_default: cell.is_default,
        place: place(&cell.place),
        ways: cell
            .ways
            .iter()
            .map(|way| WayWire { value: &way.value, when: &way.when, place: place(&way.place) })
            .collect(),
        variables: &cell.variables,
        given: cell
            .given
            .iter()
            .map(|(variable, (path, line))| GivenWire {
                variable,
                place: PlaceWire { path: path.as_str(), line: *line },
            })
            .collect(),
        unknown: cell.unknown.as_deref(),
    }
}
