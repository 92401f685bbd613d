//! Lists of routes, put together by `+`, `append` and branches, and which branch is taken.

use bartizan_ir::{BinaryOp, FileIr, Mutator, Path, PathId, Value, ValueId};
use bartizan_model::Urlconf;
use bartizan_project::{Entity, FileId};
use bartizan_value::{Abstract, Condition, Evaluated, Reason, Rounds, Site, Symbol};

use super::routes::{DEEPEST, Place, Walk};
use crate::settings::{Truth, alternatives, truth};

impl Walk<'_, '_> {
    /// A list of patterns that is not known as a whole, piece by piece as the module puts it together.
    pub(super) fn pieces(&mut self, file: FileId, whole: &Evaluated, at: &Place) {
        let ir = self.project.ir(file);
        let name = ir.strings.find("urlpatterns");
        let binding = name.and_then(|name| ir.binding(FileIr::module(), name));
        match binding {
            Some(binding) => self.pieces_at(Site { file, node: binding.value }, whole, at, 0),
            None => self.patterns(whole, at, 0),
        }
    }

    /// The same, of a list that stands somewhere: `include(_patterns)`.
    pub(super) fn pieces_at(&mut self, list: Site, whole: &Evaluated, at: &Place, depth: usize) {
        let file = list.file;
        let mut pieces = Vec::new();
        self.pieces_of(file, list.node, &mut pieces, &mut Vec::new(), 0);
        if pieces.len() < 2 {
            return self.patterns(whole, at, depth);
        }
        for (piece, is_item) in pieces {
            // What stands in a loop is a piece of each of its rounds.
            let rounds = match self.questions.each_round(file, piece) {
                Some(rounds) => rounds,
                None => Rounds { values: vec![self.questions.evaluate(file, piece)], open: None },
            };
            for value in &rounds.values {
                if is_item {
                    self.pattern(value, at, depth + 1);
                } else {
                    self.patterns(value, at, depth + 1);
                }
            }
            if let Some(reason) = rounds.open {
                let why = format!("there may be more: {reason}");
                self.unresolved(at, why, Site { file, node: piece });
            }
        }
    }

    /// Code of other files that adds to the first list of routes, as applications may do while they start:
    /// `from school.urls import urlpatterns` and `urlpatterns += …` in `AppConfig.ready`.
    pub(super) fn added_elsewhere(&mut self, list: Site, at: &Place) {
        let project = self.project;
        for file in project.files().filter(|file| *file != list.file) {
            let ir = project.ir(file);
            if ir.strings.find("urlpatterns").is_none() {
                continue;
            }
            for (index, value) in ir.values.iter().enumerate() {
                let Value::Mutate(mutation) = *value else { continue };
                let mutation = ir.mutation(mutation);
                let adds = matches!(
                    mutation.op,
                    Mutator::Append | Mutator::Extend | Mutator::Insert | Mutator::InPlace(_)
                );
                let of = project.definition(file, mutation.receiver);
                if adds && of == Entity::Value(list.file, list.node) {
                    let site = Site { file, node: ValueId::from_index(index) };
                    let why = "there may be more: code elsewhere adds to the list";
                    self.unresolved(at, why.to_owned(), site);
                }
            }
        }
    }

    /// The lists that `a + b`, `a += b`, `a.append(b)` and branches put together, in order, and whether
    /// each is a single pattern.
    fn pieces_of(
        &mut self,
        file: FileId,
        value: ValueId,
        pieces: &mut Vec<(ValueId, bool)>,
        loops: &mut Vec<ValueId>,
        depth: usize,
    ) {
        let project = self.project;
        let ir = project.ir(file);
        if pieces.len() >= MOST_PIECES || depth > MOST_PIECES {
            return;
        }
        let value = ir.bare(value);
        match ir.value(value) {
            Value::Binary { op: BinaryOp::Add, left, right } => {
                self.pieces_of(file, left, pieces, loops, depth + 1);
                self.pieces_of(file, right, pieces, loops, depth + 1);
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                self.pieces_of(file, mutation.receiver, pieces, loops, depth + 1);
                let args = &ir.args[mutation.args];
                match (mutation.op, args) {
                    (Mutator::InPlace(BinaryOp::Add) | Mutator::Extend, [more]) => {
                        self.pieces_of(file, more.value, pieces, loops, depth + 1);
                    }
                    (Mutator::Append, [item]) => pieces.push((item.value, true)),
                    (Mutator::Insert, [_, item]) => pieces.push((item.value, true)),
                    _ => {}
                }
            }
            Value::Gamma { test, then, otherwise } => {
                let mut both = Vec::new();
                let holds = self.holds(Site { file, node: test });
                if holds != Truth::No {
                    self.pieces_of(file, then, &mut both, loops, depth + 1);
                }
                if holds != Truth::Yes {
                    self.pieces_of(file, otherwise, &mut both, loops, depth + 1);
                }
                for piece in both {
                    if !pieces.contains(&piece) {
                        pieces.push(piece);
                    }
                }
            }
            Value::Join { ways, .. } => {
                let mut all = Vec::new();
                for way in &ir.ways[ways] {
                    self.pieces_of(file, way.value, &mut all, loops, depth + 1);
                }
                for piece in all {
                    if !pieces.contains(&piece) {
                        pieces.push(piece);
                    }
                }
            }
            // What a loop adds comes after what was there before it.
            Value::Mu { init, back, .. } if !loops.contains(&value) => {
                loops.push(value);
                self.pieces_of(file, init, pieces, loops, depth + 1);
                self.pieces_of(file, back, pieces, loops, depth + 1);
            }
            // What may have bound the name since then stands where nothing leads.
            Value::Global { layers, .. }
                if let [before, later @ ..] = &ir.layers[layers]
                    && later.iter().all(|layer| self.is_never(file, layer.path)) =>
            {
                self.pieces_of(file, before.value, pieces, loops, depth + 1);
            }
            Value::Unbound | Value::Mu { .. } => {}
            _ => pieces.push((value, false)),
        }
    }

    /// Whether a condition on the way to a path does not hold.
    fn is_never(&mut self, file: FileId, path: PathId) -> bool {
        let ir = self.project.ir(file);
        let mut at = Some(path);
        for _ in 0..DEEPEST_PATH {
            let Some(path) = at.map(|at| ir.path(at)) else { return false };
            if let Path::Given { test, truth, .. } = path {
                let holds = self.holds(Site { file, node: test });
                if holds != Truth::Unknown && (holds == Truth::Yes) != truth {
                    return true;
                }
            }
            at = path.parent();
        }
        false
    }

    /// Whether a test comes out true that asks for a setting.
    fn holds(&mut self, test: Site) -> Truth {
        let ir = self.project.ir(test.file);
        let node = ir.bare(test.node);
        if let Value::Unary { op: bartizan_ir::UnaryOp::Not, of } = ir.value(node) {
            return self.holds(Site { file: test.file, node: of }).negated();
        }
        // `if "shop.api" in settings.INSTALLED_APPS`
        if let Value::Compare { op: bartizan_ir::CompareOp::In, left, right } = ir.value(node)
            && let Value::Attr { name, .. } = ir.value(ir.bare(right))
            && ir.str(name) == "INSTALLED_APPS"
            && let Value::Str(app) = ir.value(ir.bare(left))
        {
            self.framework.has_asked.set(true);
            return self.framework.apps.has(ir.str(app));
        }
        let value = self.questions.evaluate(test.file, node);
        match &value.value {
            Abstract::Ref(Symbol::External(name)) => {
                let Some(name) = name.strip_prefix("django.conf.settings.") else {
                    return Truth::Unknown;
                };
                self.setting_holds(name)
            }
            // `from shop.settings import DEBUG`
            _ if truth(&value) == Truth::Unknown
                && let Some(name) = super::words::name_of(ir, node)
                && let Entity::Value(file, _) = self.project.definition(test.file, node)
                && file == self.settings.environment.file =>
            {
                self.setting_holds(name)
            }
            _ => match (truth(&value), ir.value(node)) {
                // `mezzanine.conf.settings` hands on what the settings say.
                (Truth::Unknown, Value::Attr { of, name })
                    if super::words::name_of(ir, of) == Some("settings") =>
                {
                    self.setting_holds(ir.str(name))
                }
                (holds, _) => holds,
            },
        }
    }

    /// Whether a setting is true; as it is written where code that is not followed may set it anew.
    fn setting_holds(&self, name: &str) -> Truth {
        let Some(setting) = self.settings.get(name) else { return Truth::Unknown };
        let holds = truth(&setting.value);
        if holds != Truth::Unknown {
            return holds;
        }
        // Of what is there while someone debugs, nobody invents a part.
        if name == "DEBUG" {
            return Truth::No;
        }
        let ways = alternatives(&setting.value);
        let mut written = ways.iter().filter(|(_, way)| way.value.unknown().is_none());
        let first = written.next().map_or(Truth::Unknown, |(_, way)| truth(way));
        let is_all = written.all(|(_, way)| truth(way) == first);
        let is_of_code = ways.iter().any(|(_, way)| way.value.unknown().is_some());
        if is_all && is_of_code { first } else { Truth::Unknown }
    }

    /// Whether the conditions of a value may hold together.
    fn may_be(&mut self, when: &[Condition]) -> bool {
        when.iter().all(|condition| match *condition {
            Condition::Test { test, truth, .. } => match self.holds(test) {
                Truth::Unknown => true,
                holds => (holds == Truth::Yes) == truth,
            },
            Condition::Raised { .. } => true,
        })
    }

    /// A list of patterns, or what stands for one.
    pub(super) fn patterns(&mut self, value: &Evaluated, at: &Place, depth: usize) {
        if depth > DEEPEST || self.is_full() {
            return;
        }
        match &value.value {
            Abstract::Seq(seq) => {
                for item in &seq.items {
                    self.pattern(item, at, depth + 1);
                }
                // What URLconfs are given to, `include` and its like, does not change them.
                let is_only_shared = !seq.items.is_empty()
                    && matches!(seq.open, Some(Reason::Changed | Reason::Aliased))
                    && self.is_written_out(value.site);
                if let Some(Reason::External(list)) = &seq.open
                    && let Some(module) = list.strip_suffix(".urlpatterns")
                {
                    self.unresolved(at, format!("not in the tree: {module}"), value.site);
                } else if let Some(reason) = &seq.open
                    && !is_only_shared
                {
                    self.unresolved(at, format!("there may be more: {reason}"), value.site);
                }
            }
            Abstract::Choice(choice) => {
                for way in &choice.alternatives {
                    if self.may_be(&way.when) {
                        self.patterns(&way.value, at, depth + 1);
                    }
                }
            }
            Abstract::Apply(apply) => self.generated(apply, value, at, depth),
            Abstract::Unknown(reason) => self.unresolved(at, reason.to_string(), value.site),
            Abstract::Ref(Symbol::External(name)) => self.list_outside(name, at, value.site),
            _ => {
                self.unresolved(at, "what stands here is no list of routes".to_owned(), value.site)
            }
        }
    }

    /// A list of a package by its name: `allauth.urls.urlpatterns`.
    fn list_outside(&mut self, dotted: &str, at: &Place, site: Site) {
        let (module, list) = dotted.rsplit_once('.').unwrap_or((dotted, ""));
        let models = self.project.models();
        let known = models.urlconf(module).map(|known| match list {
            "urlpatterns" => known.clone(),
            _ => Urlconf {
                app_name: None,
                routes: known
                    .routes
                    .iter()
                    .filter(|route| route.list.as_deref() == Some(list))
                    .cloned()
                    .collect(),
                why: String::new(),
            },
        });
        match known {
            Some(known) if !known.routes.is_empty() => {
                let known = Urlconf { app_name: None, ..known };
                self.known(&known, at, site);
            }
            _ => self.unresolved(at, format!("not in the tree: {module}"), site),
        }
    }

    /// Whether a list stands as it is written: what it holds comes of no loop, call or other list, which
    /// may be what is not known as a whole.
    fn is_written_out(&self, site: Site) -> bool {
        let ir = self.project.ir(site.file);
        let mut ahead = vec![ir.bare(site.node)];
        for _ in 0..MOST_PIECES {
            let Some(at) = ahead.pop() else { return true };
            match ir.value(at) {
                Value::List(items) | Value::Tuple(items)
                    if ir.items[items].iter().any(|item| item.spread) =>
                {
                    return false;
                }
                Value::Binary { op: BinaryOp::Add, left, right } => {
                    ahead.extend([ir.bare(left), ir.bare(right)]);
                }
                Value::Mutate(mutation) => {
                    let mutation = ir.mutation(mutation);
                    ahead.push(ir.bare(mutation.receiver));
                    if matches!(mutation.op, Mutator::InPlace(_) | Mutator::Extend) {
                        ahead.extend(ir.args[mutation.args].iter().map(|arg| ir.bare(arg.value)));
                    }
                }
                Value::Mu { .. } | Value::Call { .. } | Value::Comp(_) => return false,
                _ => {}
            }
        }
        false
    }
}

/// Whether every pattern of a list is known to be there.
pub(super) fn is_whole(patterns: &Evaluated) -> bool {
    match &patterns.value {
        Abstract::Seq(seq) => seq.open.is_none(),
        Abstract::Choice(choice) => choice.alternatives.iter().all(|way| is_whole(&way.value)),
        Abstract::Apply(_) => true,
        _ => false,
    }
}

/// Conditions inside each other beyond which none is asked.
const DEEPEST_PATH: usize = 64;

/// Pieces of one list beyond which no more are told apart.
const MOST_PIECES: usize = 500;
