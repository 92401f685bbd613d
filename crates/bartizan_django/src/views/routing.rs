//! What URLconfs and routers name, wherever they stand, and in what they wrap it.

use bartizan_ir::{Arg, ArgKind, EffectKind, FunctionId, PathId, Value, ValueId};
use bartizan_project::{Entity, FileId, Project};
use rustc_hash::FxHashMap;

use super::values::{param_name, tail_name};
use crate::registries::{ClassKey, Place};

/// What is routed, with the wrappers that routes put around it, by name.
#[derive(Debug, Default)]
pub struct Routed {
    /// Classes.
    pub classes: FxHashMap<ClassKey, Vec<(String, Place)>>,
    /// Functions, and methods that are routed by themselves.
    pub functions: FxHashMap<(FileId, FunctionId), Vec<(String, Place)>>,
    /// Routes to code outside the project that nothing is wrapped around: its dotted name, the call, and
    /// when the call happens.
    pub outside: Vec<(String, Place, PathId, ValueId)>,
}

impl Routed {
    pub(super) fn of(project: &Project) -> Self {
        let mut routed = Self::default();
        for file in project.files() {
            let ir = project.ir(file);
            let named = ["path", "re_path", "url", "register", "get_urls"];
            if named.iter().all(|name| ir.strings.find(name).is_none()) {
                continue;
            }
            for (_, function) in ir.functions() {
                let of_admin = function.class.is_some() && ir.str(function.name) == "get_urls";
                for effect in &ir.effects[function.effects] {
                    let EffectKind::Call(call) = effect.kind else { continue };
                    let Value::Call { callee, args } = ir.value(call) else { continue };
                    let args = &ir.args[args];
                    if of_admin {
                        routed.own_methods(project, file, args);
                    }
                    let Some(name) = tail_name(ir, callee) else { continue };
                    let view = match name {
                        "path" | "re_path" | "url" => {
                            let by_name = args.iter().find(|arg| {
                                matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == "view")
                            });
                            by_name.or_else(|| args.get(1))
                        }
                        "register" => args.get(1).filter(|arg| arg.kind == ArgKind::Positional),
                        _ => None,
                    };
                    let Some(view) = view else { continue };
                    let place = Place { file, span: effect.span };
                    routed.view(project, file, view.value, place, effect.path, call);
                }
            }
        }
        routed
    }

    /// Methods that a class of the admin routes by itself, through whatever helper of its own.
    fn own_methods(&mut self, project: &Project, file: FileId, args: &[Arg]) {
        let ir = project.ir(file);
        for arg in args {
            let Value::Attr { of, .. } = ir.value(ir.bare(arg.value)) else { continue };
            if param_name(ir, of) != Some("self") {
                continue;
            }
            let Some(key) = project.resolve(file, arg.value).as_function() else { continue };
            let there = project.ir(key.0);
            let params = &there.params[there.function(key.1).params];
            if params.get(1).is_some_and(|param| there.str(param.name) == "request") {
                self.functions.entry(key).or_default();
            }
        }
    }

    fn view(
        &mut self,
        project: &Project,
        file: FileId,
        view: ValueId,
        place: Place,
        path: PathId,
        call: ValueId,
    ) {
        let ir = project.ir(file);
        let mut wrappers: Vec<(String, Place)> = Vec::new();
        let mut at = ir.bare(view);
        for _ in 0..16 {
            match project.definition(file, at) {
                Entity::Class(class_file, class) => {
                    self.classes.entry((class_file, class)).or_default().extend(wrappers);
                    return;
                }
                Entity::Function(function_file, function) => {
                    let key = (function_file, function);
                    self.functions.entry(key).or_default().extend(wrappers);
                    return;
                }
                Entity::External(symbol) => {
                    if wrappers.is_empty() {
                        let name = project.symbol(symbol).to_owned();
                        self.outside.push((name, place, path, call));
                    }
                    return;
                }
                // `view = login_required(View.as_view())`
                Entity::Value(at_file, value) if at_file == file => at = ir.bare(value),
                _ => {}
            }
            match ir.value(at) {
                Value::Call { callee, args } => {
                    let args = &ir.args[args];
                    if tail_name(ir, callee) == Some("as_view") {
                        let Value::Attr { of, .. } = ir.value(ir.bare(callee)) else { return };
                        at = ir.bare(of);
                        continue;
                    }
                    // `decorator(view)`, `decorator(…)(view)`
                    let Some(first) = args.first() else { return };
                    let name = tail_name(ir, callee).unwrap_or_default().to_owned();
                    wrappers.push((name, place));
                    at = ir.bare(first.value);
                }
                Value::Attr { .. } => {
                    if let Some((function_file, function)) = project.resolve(file, at).as_function()
                    {
                        let key = (function_file, function);
                        self.functions.entry(key).or_default().extend(wrappers);
                    }
                    return;
                }
                _ => return,
            }
        }
    }
}
