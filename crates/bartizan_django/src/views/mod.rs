//! Views by their role: what answers visitors, whether a URLconf of the tree leads to it or not.
//!
//! The endpoint table says who reaches a view that is routed. This is the other half: every class and
//! function that is written to be a view, with the guards that stand around it by name, so that those
//! of a reusable application are seen, and siblings can be compared.

mod checks;
pub(crate) mod effects;
mod generic;
mod guarding;
mod lookups;
mod routing;
mod row_permissions;
pub mod values;

use bartizan_ir::{FunctionId, FunctionKind, Value};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use rustc_hash::FxHashSet;

use crate::registries::{ClassKey, Place};

pub use checks::{
    Check, asks_for_rights, check_of, check_of_param, check_of_row, is_about_visitor, is_checked,
    leads_to_own, turns_away,
};
pub use effects::{Change, changes, methods_of, tests_method};
pub use generic::{
    asks_visitor, changes_one_row, filter_classes, limit_of, lists_rows, model_in, own_rows,
    querysets, rows_of,
};
pub use guarding::{Asking, GuardKind, Guarding, asks_for_right, has_guard_word};
pub use lookups::{Key, Lookup, Scope, lookups, lookups_among, scope_of};
pub use routing::Routed;
pub use row_permissions::{asks_by_address, looks_at_row, row_question};

/// A class or function that answers visitors.
#[derive(Clone, Debug)]
pub struct View {
    /// Its code.
    pub code: ViewCode,
    /// Its name inside its module.
    pub name: String,
    /// Where it is named.
    pub place: Place,
    /// Whether it is a view of Django REST framework.
    pub is_api: bool,
    /// Whether a URLconf or a router of the tree names it.
    pub is_routed: bool,
    /// Whether other views inherit from it.
    pub is_base: bool,
    /// What stands in front of it, by name.
    pub guards: Vec<Guarding>,
    /// Whether a part of it, a base or a wrapper, is not in the tree, and may guard it.
    pub is_open: bool,
    /// Its code: the function, or the methods of the class and of its bases in the project.
    pub bodies: Vec<(FileId, FunctionId)>,
}

/// The code of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewCode {
    /// A class.
    Class(ClassKey),
    /// A function, or a method that is routed by itself.
    Function(FileId, FunctionId),
}

impl View {
    /// Its class.
    pub fn class(&self) -> Option<ClassKey> {
        match self.code {
            ViewCode::Class(class) => Some(class),
            ViewCode::Function(..) => None,
        }
    }

    /// Whether anything at all stands in front of it, or may.
    pub fn is_guarded(&self) -> bool {
        !self.guards.is_empty() || self.is_open
    }
}

/// The views of a project.
#[derive(Debug, Default)]
pub struct Views {
    /// In the order of files.
    pub views: Vec<View>,
    /// What URLconfs and routers name.
    pub routed: Routed,
    /// Where code asks who is there.
    pub asking: Asking,
}

/// Last names of classes outside the project that make a view.
fn is_view_base(dotted: &str) -> bool {
    let name = dotted.rsplit('.').next().unwrap_or(dotted);
    (name.ends_with("View")
        || name.ends_with("ViewSet")
        || matches!(name, "ViewSetMixin" | "ObtainAuthToken" | "ObtainJSONWebToken"))
        && !dotted.starts_with("builtins.")
        && !name.ends_with("AdminIndexView")
}

pub(crate) fn is_api_base(dotted: &str) -> bool {
    let name = dotted.rsplit('.').next().unwrap_or(dotted);
    dotted.starts_with("rest_framework.") || name.ends_with("APIView") || name.ends_with("ViewSet")
}

impl Views {
    /// Finds the views of a project.
    pub fn of(project: &Project) -> Self {
        let routed = Routed::of(project);
        let asking = Asking::default();
        let mut views = Vec::new();
        for class in project.classes().iter().copied() {
            if !is_view_class(project, class) {
                continue;
            }
            views.push(class_view(project, &routed, &asking, class));
        }
        for file in project.files() {
            let path = project.path(file);
            let is_views_file = path.stem().contains("view")
                || path.parent().split('/').next_back().is_some_and(|part| part.contains("view"));
            let ir = project.ir(file);
            for (id, function) in ir.functions() {
                if function.kind != FunctionKind::Def {
                    continue;
                }
                let wrappers = routed.functions.get(&(file, id));
                let is_top = function.class.is_none()
                    && function.parent.is_some_and(|parent| {
                        matches!(ir.function(parent).kind, FunctionKind::Module)
                    });
                let takes_request = ir.params[function.params]
                    .first()
                    .is_some_and(|param| ir.str(param.name) == "request");
                let is_view = wrappers.is_some()
                    || is_top
                        && takes_request
                        && (is_views_file
                            && !ir.str(function.name).starts_with('_')
                            && answers(project, file, id)
                            && !is_called(project, file, id)
                            || guarding::is_decorated_as_view(project, file, id));
                if is_view {
                    views.push(function_view(project, &routed, &asking, file, id));
                }
            }
        }
        views.sort_by_key(|view| view.place);
        Self { views, routed, asking }
    }

    /// The view that a class is.
    pub fn of_class(&self, class: ClassKey) -> Option<&View> {
        self.views.iter().find(|view| view.class() == Some(class))
    }
}

/// Whether a class is a view, by its bases.
pub fn is_view_class(project: &Project, class: ClassKey) -> bool {
    crate::registries::outside(project, class).any(is_view_base)
}

fn class_view(project: &Project, routed: &Routed, asking: &Asking, class: ClassKey) -> View {
    let (file, id) = class;
    let ir = project.ir(file);
    let record = ir.class(id);
    let of = ClassRef::Project(file, id);
    let mro = project.mro(of);
    let (guards, is_open) = guarding::of_class(project, routed, asking, class);
    View {
        code: ViewCode::Class(class),
        name: ir.str(record.qualname).to_owned(),
        place: Place { file, span: record.name_span },
        is_api: crate::registries::outside(project, class).any(is_api_base),
        is_routed: routed.classes.contains_key(&class),
        is_base: !project.subclasses(of).is_empty(),
        guards,
        is_open: is_open || mro.unknown_base,
        bodies: bodies(project, class),
    }
}

fn function_view(
    project: &Project,
    routed: &Routed,
    asking: &Asking,
    file: FileId,
    id: FunctionId,
) -> View {
    let ir = project.ir(file);
    let function = ir.function(id);
    let (guards, is_open) = guarding::of_function(project, routed, asking, file, id);
    View {
        code: ViewCode::Function(file, id),
        name: ir.str(function.qualname).to_owned(),
        place: Place { file, span: function.name_span },
        is_api: guarding::is_api_function(project, file, id),
        is_routed: routed.functions.contains_key(&(file, id)),
        is_base: false,
        guards,
        is_open,
        bodies: vec![(file, id)],
    }
}

/// The methods of a class and of its bases in the project, each name once, the nearest first.
pub fn bodies(project: &Project, (file, class): ClassKey) -> Vec<(FileId, FunctionId)> {
    let mut found = Vec::new();
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for base in &project.mro(ClassRef::Project(file, class)).classes {
        let ClassRef::Project(file, id) = *base else { continue };
        let ir = project.ir(file);
        let body = ir.function(ir.class(id).body);
        for binding in &ir.bindings[body.bindings] {
            if !seen.insert(ir.str(binding.name)) {
                continue;
            }
            let mut value = binding.value;
            for _ in 0..16 {
                match ir.value(value) {
                    Value::Decorated { of, .. } | Value::Pi { of, .. } => value = of,
                    Value::Function(function) => {
                        found.push((file, function));
                        break;
                    }
                    _ => break,
                }
            }
        }
    }
    found
}

/// The decorators of a function, the outermost first, by name; those that `method_decorator` is given
/// among them.
pub fn decorators_of(
    project: &Project,
    (file, function): (FileId, FunctionId),
) -> Vec<(String, Place)> {
    let ir = project.ir(file);
    guarding::decorators(project, file, &ir.ids[ir.function(function).decorators])
}

/// A decorator of a package around a function of which nobody knows what it does with a visitor: it may
/// answer itself.
pub fn unknown_decorator(
    project: &Project,
    (file, function): (FileId, FunctionId),
) -> Option<&str> {
    let ir = project.ir(file);
    ir.ids[ir.function(function).decorators].iter().find_map(|by| {
        let named = match ir.value(ir.bare(*by)) {
            Value::Call { callee, .. } => callee,
            _ => *by,
        };
        let Entity::External(symbol) = project.definition(file, named) else { return None };
        let dotted = project.symbol(symbol);
        let name = dotted.rsplit('.').next().unwrap_or(dotted);
        // What asks for a right answers those who lack it, and hands on whoever has it.
        let is_known = crate::endpoints::is_known(project.models(), dotted)
            || guarding::asks_for_right(name)
            || guarding::asks_for_login(name);
        (!is_known).then_some(name)
    })
}

/// The decorators of a class, as [`decorators_of`].
pub fn class_decorators(project: &Project, (file, class): ClassKey) -> Vec<(String, Place)> {
    let ir = project.ir(file);
    guarding::decorators(project, file, &ir.ids[ir.class(class).decorators])
}

/// Whether a decorator of this name is known to turn nobody away.
pub fn is_harmless(name: &str) -> bool {
    crate::endpoints::is_harmless(name)
}

/// Whether an attribute of a class names a guard: `permission_required`.
pub fn is_guard_attribute(name: &str) -> bool {
    guarding::is_guard_attribute(name)
}

/// Whether the value of such an attribute says anything: not `None`, nor an empty list, nor `AllowAny`.
pub fn says_something(project: &Project, file: FileId, value: bartizan_ir::ValueId) -> bool {
    guarding::says_something(project.ir(file), value)
}

/// Whether code of the project calls a function by itself: then it is a part of what calls it.
fn is_called(project: &Project, file: FileId, id: FunctionId) -> bool {
    let name = project.ir(file).str(project.ir(file).function(id).name);
    project.files().any(|at| {
        let ir = project.ir(at);
        ir.strings.find(name).is_some()
            && project.calls(at).any(|call| {
                matches!(ir.value(call.value), Value::Call { callee, .. }
                    if values::tail_name(ir, callee) == Some(name))
                    && project.callee(at, call.value).target == Entity::Function(file, id)
            })
    })
}

/// Whether a function returns what a view returns.
fn answers(project: &Project, file: FileId, id: FunctionId) -> bool {
    let ir = project.ir(file);
    ir.effects[ir.function(id).effects].iter().any(|effect| {
        let bartizan_ir::EffectKind::Return(Some(value)) = effect.kind else { return false };
        let Value::Call { callee, .. } = ir.value(ir.bare(value)) else { return false };
        let name = values::tail_name(ir, callee).unwrap_or_default();
        name.contains("esponse")
            || name.contains("render")
            || matches!(name, "redirect" | "as_view" | "JsonResponse" | "direct_to_template")
            || matches!(project.definition(file, callee), Entity::External(symbol)
                if project.symbol(symbol).starts_with("django.http"))
    })
}
