//! What holds for every view of a site: middleware that checks, and middleware that turns visitors away.

use bartizan_ir::{FileIr, Value};
use bartizan_project::{ClassRef, Entity, Project};
use bartizan_value::Abstract;

use super::gates::{Gates, Run};
use super::guards::Csrf;
use super::memory::{Answers, Facts};
use super::words;
use crate::settings::{Settings, Truth, contains};

/// What holds for every view of a site.
pub(super) struct SiteWide {
    pub(super) csrf: Csrf,
    /// Whether middleware asks everyone to log in.
    pub(super) login: bool,
    /// Middleware of the project that may turn someone away, with its name.
    pub(super) doors: Vec<(String, Run)>,
    /// Whether another project takes the URLconfs up, and guards them as it likes.
    pub(super) is_library: bool,
}

impl SiteWide {
    pub(super) fn of<'a>(project: &'a Project, settings: &'a Settings<'a>) -> Self {
        let has = |dotted| {
            let middleware = settings.middleware();
            middleware.map_or(Truth::Unknown, |middleware| contains(&middleware.value, dotted))
        };
        Self {
            csrf: match has("django.middleware.csrf.CsrfViewMiddleware") {
                Truth::Yes => Csrf::Checked,
                Truth::No => Csrf::Off,
                Truth::Unknown => Csrf::Unknown,
            },
            login: has("django.contrib.auth.middleware.LoginRequiredMiddleware") == Truth::Yes,
            doors: doors(project, settings),
            is_library: false,
        }
    }

    /// Of an application that other sites take up.
    pub(super) fn unknown() -> Self {
        Self { csrf: Csrf::Unknown, login: false, doors: Vec::new(), is_library: true }
    }
}

/// Middleware of the project that asks who is there.
fn doors<'a>(project: &'a Project, settings: &'a Settings<'a>) -> Vec<(String, Run)> {
    let (facts, answers) = (Facts::default(), Answers::default());
    let gates =
        Gates { project, facts: &facts, answers: &answers, settings: Some(settings), values: None };
    let mut found = Vec::new();
    let Some(middleware) = settings.middleware() else { return found };
    let mut names: Vec<&str> = Vec::new();
    let mut is_whole = true;
    for (_, value) in crate::settings::alternatives(&middleware.value) {
        let Abstract::Seq(seq) = &value.value else {
            is_whole = false;
            continue;
        };
        is_whole &= seq.open.is_none();
        for item in &seq.items {
            if let Some(dotted) = item.value.as_str()
                && !names.contains(&dotted)
            {
                names.push(dotted);
            }
        }
    }
    if !is_whole {
        let more = written(project);
        names.extend(more);
        names.sort_unstable();
        names.dedup();
    }
    for dotted in names {
        let name = dotted.rsplit('.').next().unwrap_or(dotted).to_owned();
        match project.find(dotted) {
            Entity::Class(file, class) => {
                let of = ClassRef::Project(file, class);
                for method in ["process_request", "__call__", "process_view"] {
                    let Some(member) = project.lookup_member(of, method) else { continue };
                    let file = member.class.0;
                    let function = words::function_in(project.ir(file), member.value);
                    let run = function.map(|function| Run { file, function, class: Some(of) });
                    found.extend(run.map(|run| (name.clone(), run)));
                }
            }
            Entity::Function(file, function) => {
                let inner = gates.wrapper(file, function);
                let run = inner.map(|function| Run { file, function, class: None });
                found.extend(run.map(|run| (name, run)));
            }
            _ => {}
        }
    }
    found.retain(|(_, run)| gates.asks_somewhere(*run, 0));
    found
}

/// The middleware that settings begin with, where what becomes of the list is not known.
fn written(project: &Project) -> Vec<&str> {
    let mut found = Vec::new();
    for file in project.files() {
        let ir = project.ir(file);
        if !project.module_name(file).contains("settings") {
            continue;
        }
        let bound = ["MIDDLEWARE", "MIDDLEWARE_CLASSES"]
            .iter()
            .find_map(|name| ir.binding(FileIr::module(), ir.strings.find(name)?));
        let Some(binding) = bound else { continue };
        let mut ahead = vec![ir.bare(binding.value)];
        for _ in 0..256 {
            let Some(at) = ahead.pop() else { break };
            match ir.value(at) {
                Value::Mutate(mutation) => ahead.push(ir.bare(ir.mutation(mutation).receiver)),
                Value::Gamma { then, otherwise, .. } => {
                    ahead.extend([ir.bare(then), ir.bare(otherwise)]);
                }
                Value::Mu { init, .. } => ahead.push(ir.bare(init)),
                Value::Join { ways, .. } => {
                    ahead.extend(ir.ways[ways].iter().map(|way| ir.bare(way.value)));
                }
                Value::Binary { left, right, .. } => {
                    ahead.extend([ir.bare(left), ir.bare(right)]);
                }
                Value::List(items) | Value::Tuple(items) => {
                    for item in &ir.items[items] {
                        if let Value::Str(dotted) = ir.value(ir.bare(item.value))
                            && !found.contains(&ir.str(dotted))
                        {
                            found.push(ir.str(dotted));
                        }
                    }
                }
                _ => {}
            }
        }
    }
    found
}
