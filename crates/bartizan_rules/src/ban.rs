//! What a team does not want in its code, by name: `[[tool.bartizan.ban]]`.

use bartizan_base::Span;
use bartizan_ir::{EffectKind, FileIr, Value, ValueId};
use bartizan_project::{FileId, Project};
use bartizan_value::Evaluator;

use crate::settings::banned_by_team;
use crate::{Draft, FileView, Rule};

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// What is banned under the name.
    pub what: Banned,
    /// The dotted name, as an import would write it.
    pub name: String,
    /// Why.
    pub reason: String,
    /// What to use in its place.
    pub instead: Option<String>,
}

/// What a ban is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Banned {
    /// Calls of a function, a class or a method.
    Call,
    /// Imports of a module, or of something in it.
    Import,
    /// Any mention of an attribute or of a name of a module.
    Attribute,
}

impl Banned {
    /// The keys of the configuration, and what each bans.
    pub const ALL: &[(&str, Self)] =
        &[("call", Self::Call), ("import", Self::Import), ("attribute", Self::Attribute)];
}

/// What `bans` have to say of one file.
pub fn judge_bans(
    project: &Project,
    evaluator: &Evaluator<'_>,
    file: FileId,
    bans: &[Ban],
) -> Vec<(&'static Rule, Draft)> {
    let view = FileView { project, evaluator, file };
    let mut walk = Walk { view, bans, said: Vec::new() };
    walk.run();
    walk.said.sort_by_key(|draft| draft.span);
    walk.said.dedup_by_key(|draft| draft.span);
    walk.said.into_iter().map(|draft| (&banned_by_team::RULE, draft)).collect()
}

struct Walk<'a> {
    view: FileView<'a>,
    bans: &'a [Ban],
    said: Vec<Draft>,
}

impl<'a> Walk<'a> {
    fn run(&mut self) {
        let ir = self.view.ir();
        for (_, function) in ir.functions() {
            for effect in &ir.effects[function.effects] {
                match effect.kind {
                    EffectKind::Call(call) => self.call(call, effect.span),
                    EffectKind::Import(value) => self.import(value, effect.span),
                    _ => {}
                }
            }
        }
        for (at, value) in ir.values.iter().enumerate() {
            if let Value::Attr { name, .. } = *value {
                self.attribute(ValueId::from_index(at), ir.str(name), ir.spans[at]);
            }
        }
    }

    fn banned(&self, what: Banned) -> impl Iterator<Item = &'a Ban> + use<'a> {
        self.bans.iter().filter(move |ban| ban.what == what)
    }

    fn call(&mut self, call: ValueId, span: Span) {
        let view = self.view;
        if self.banned(Banned::Call).next().is_none() {
            return;
        }
        let callee = view.project.callee(view.file, call);
        let Some(name) = view.project.dotted(callee.target) else { return };
        let found = self.banned(Banned::Call).find(|ban| self.is(name, &ban.name));
        self.say(found, span);
    }

    fn import(&mut self, value: ValueId, span: Span) {
        let ir = self.view.ir();
        let name = match ir.value(value) {
            Value::Import { module, name: Some(name), level: 0 } => {
                format!("{}.{}", ir.str(module), ir.str(name))
            }
            Value::Import { module, name: None, .. } | Value::Star { module, level: 0 } => {
                ir.str(module).to_owned()
            }
            _ => return,
        };
        let within = |ban: &&Ban| {
            name.strip_prefix(&ban.name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let found = self.banned(Banned::Import).find(within);
        self.say(found, span);
    }

    fn attribute(&mut self, value: ValueId, last: &str, span: Span) {
        // The last name tells most of them apart without a question.
        let mut asked = self
            .banned(Banned::Attribute)
            .filter(|ban| ban.name.rsplit('.').next() == Some(last))
            .peekable();
        if asked.peek().is_none() {
            return;
        }
        let known = self.view.name_of(value);
        let imported = imported(self.view.ir(), value, 8);
        let found = asked.find(|ban| {
            known.is_some_and(|name| self.is(name, &ban.name))
                || imported.as_deref() == Some(ban.name.as_str())
        });
        self.say(found, span);
    }

    /// Whether two names are of one thing, whichever module it is taken from.
    fn is(&self, name: &str, banned: &str) -> bool {
        let models = self.view.models();
        name == banned || models.canonical(name) == models.canonical(banned)
    }

    fn say(&mut self, ban: Option<&Ban>, span: Span) {
        let Some(ban) = ban else { return };
        let mut draft = Draft::at(self.view.file, span);
        draft.confidence = Some(banned_by_team::RULE.info.confidence);
        let reason = ban.reason.trim().trim_end_matches('.');
        draft.message = format!("`{}` is banned in this project: {reason}", ban.name);
        draft.label = "not to be used here".to_owned();
        draft.impact = "The team has decided against it, for the reason that it gives.".to_owned();
        draft.fix = match &ban.instead {
            Some(instead) => instead.clone(),
            None => "Do without it, or talk to those who keep the list".to_owned(),
        };
        self.said.push(draft);
    }
}

/// The dotted name of something that is reached through an import by attributes alone: of an object
/// such as Django's settings, which is no module.
fn imported(ir: &FileIr, value: ValueId, depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match ir.value(ir.bare(value)) {
        Value::Attr { of, name } => Some(format!("{}.{}", imported(ir, of, depth)?, ir.str(name))),
        // In a function, what the module ends with.
        Value::Global { name, .. } => {
            imported(ir, ir.binding(FileIr::module(), name)?.value, depth)
        }
        Value::Import { module, name: Some(name), level: 0 } => {
            Some(format!("{}.{}", ir.str(module), ir.str(name)))
        }
        Value::Import { module, name: None, level: 0 } => Some(ir.str(module).to_owned()),
        _ => None,
    }
}
