//! Whether somebody who asks too often is stopped: DRF's throttles, and decorators that count.

use bartizan_project::{ClassRef, FileId};
use bartizan_value::{Abstract, Evaluated, Questions, Symbol};

use super::guards::Throttle;
use super::views::{Views, last};

/// Decorators and mixins that stop whoever asks too often.
const COUNTING: &[&str] = &[
    "axes_dispatch",
    "axes_form_invalid",
    "rate_limit",
    "ratelimit",
    "Ratelimit",
    "RatelimitMixin",
    "throttle",
];

/// Whether a decorator or mixin counts.
pub(super) fn counts(dotted: &str) -> bool {
    COUNTING.contains(&last(dotted.trim_end_matches(".__call__")))
}

/// Whether a decorator counts, by itself or inside `method_decorator`.
fn counted(ir: &bartizan_ir::FileIr, by: bartizan_ir::ValueId) -> bool {
    use super::words::{name_of, plain};
    if name_of(ir, by) != Some("method_decorator") {
        return name_of(ir, by).is_some_and(counts);
    }
    let bartizan_ir::Value::Call { args, .. } = ir.value(plain(ir, by)) else { return false };
    ir.args[args].first().is_some_and(|first| name_of(ir, first.value).is_some_and(counts))
}

/// What a list of throttle classes does; `has_scope` tells whether the view has a scope of its own.
pub(super) fn listed(list: &Evaluated, has_scope: bool) -> Throttle {
    let Abstract::Seq(seq) = &list.value else { return Throttle::Unknown };
    let acts = |item: &Evaluated| {
        let name = match &item.value {
            Abstract::Ref(Symbol::External(name)) => last(name).to_owned(),
            Abstract::Const(_) => last(item.value.as_str().unwrap_or("")).to_owned(),
            _ => String::new(),
        };
        // It leaves views without a scope alone.
        name != "ScopedRateThrottle" || has_scope
    };
    match seq.items.iter().any(acts) {
        true => Throttle::Limited,
        false if seq.open.is_some() => Throttle::Unknown,
        false => Throttle::Open,
    }
}

impl Views<'_> {
    /// What stops whoever asks a class-based view too often.
    pub(super) fn class_throttle(
        &self,
        of: ClassRef,
        (file, class): (FileId, bartizan_ir::ClassId),
        questions: &mut Questions<'_>,
    ) -> Throttle {
        let is_counted = |base: &ClassRef| {
            let ClassRef::Project(file, class) = *base else { return false };
            let ir = self.project.ir(file);
            let mut by: Vec<_> = ir.ids[ir.class(class).decorators].to_vec();
            for name in ["dispatch", "post", "get"] {
                if let Some(member) = self.project.own_member(*base, name) {
                    by.extend(super::views::decorations(self.project, file, member.value));
                }
            }
            by.iter().any(|by| counted(ir, *by))
        };
        if self.bases(of).any(counts) || self.project.mro(of).classes.iter().any(is_counted) {
            return Throttle::Limited;
        }
        if !self.is_api(of) {
            return Throttle::Open;
        }
        let is_own = |name: &str| {
            self.project.lookup_member(of, name).is_some() && !self.is_of_framework(of, name)
        };
        if is_own("get_throttles") || is_own("check_throttles") {
            return Throttle::Unknown;
        }
        let has_scope = is_own("throttle_scope");
        match questions.class_attribute(file, class, "throttle_classes") {
            Some(list) if is_own("throttle_classes") => listed(&list, has_scope),
            _ => self.default_throttle(has_scope),
        }
    }

    /// What stops whoever asks a function too often: decorators that stand on it, as they are written.
    pub(super) fn function_throttle(
        &self,
        file: FileId,
        function: bartizan_ir::FunctionId,
    ) -> Throttle {
        let ir = self.project.ir(file);
        let mut by = ir.ids[ir.function(function).decorators].iter();
        let counts = by.any(|by| super::words::name_of(ir, *by).is_some_and(counts));
        if counts { Throttle::Limited } else { Throttle::Open }
    }

    /// What settings say for API views that say nothing themselves.
    pub(super) fn default_throttle(&self, has_scope: bool) -> Throttle {
        self.throttles.as_ref().map_or(Throttle::Open, |list| listed(list, has_scope))
    }
}
