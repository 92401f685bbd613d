//! Permissions on one object: which classes have something to say of the row, and whether the view asks
//! them. DRF does in `get_object` and `check_object_permissions`, and nowhere else.

use bartizan_ir::{EffectKind, FunctionId, Value};
use bartizan_project::{ClassRef, FileId};
use bartizan_value::{Abstract, Evaluated, Symbol};

use super::guards::{Guard, Reach};
use super::views::{METHODS, Views, last};
use super::words::{function_in, is_super, plain};

/// The method that a permission class answers with.
const HAS_OBJECT_PERMISSION: &str = "has_object_permission";

/// What the name of such a guard ends in where no code of the view asks it.
const NEVER_ASKED: &str = " (never asked)";

/// Actions of DRF's own that fetch one row.
const OF_ONE_ROW: &[&str] = &["retrieve", "update", "partial_update", "destroy"];

/// Methods of the project inside each other beyond which none is followed.
const DEEPEST: u8 = 3;

/// Whether a guard speaks of one object.
fn is_of_object(guard: &Guard) -> bool {
    guard.name.trim_end_matches(NEVER_ASKED).ends_with(HAS_OBJECT_PERMISSION)
}

impl Views<'_> {
    /// The permission classes of a list that have something to say of the row. They turn away nobody
    /// from the address itself.
    pub(super) fn object_guards(&self, of: ClassRef, list: &Evaluated) -> Vec<Guard> {
        let Abstract::Seq(seq) = &list.value else { return Vec::new() };
        let mut found = Vec::new();
        for item in &seq.items {
            let (name, place) = match &item.value {
                Abstract::Ref(Symbol::Class(file, class, _)) => {
                    let class_ref = ClassRef::Project(*file, *class);
                    let Some(member) = self.project.lookup_member(class_ref, HAS_OBJECT_PERMISSION)
                    else {
                        continue;
                    };
                    let ir = self.project.ir(*file);
                    let own = self.project.ir(member.class.0);
                    let span = function_in(own, member.value)
                        .map_or(own.span(member.value), |function| {
                            own.function(function).name_span
                        });
                    (ir.str(ir.class(*class).name), (member.class.0, span))
                }
                Abstract::Ref(Symbol::External(name))
                    if last(name) == "DjangoObjectPermissions" =>
                {
                    let span = self.project.ir(item.site.file).span(item.site.node);
                    (last(name), (item.site.file, span))
                }
                _ => continue,
            };
            let asked = match self.may_ask_of_row(of) {
                true => "",
                false => NEVER_ASKED,
            };
            found.push(Guard {
                name: format!("{name}.{HAS_OBJECT_PERMISSION}{asked}"),
                reach: Reach::Anonymous,
                writes_only: false,
                within: None,
                place: Some(place),
            });
        }
        found
    }

    /// Leaves of these guards what the actions of a route ask.
    pub(super) fn of_actions(&self, of: ClassRef, actions: &[&str], guards: &mut Vec<Guard>) {
        if guards.iter().any(is_of_object)
            && !actions.iter().any(|action| self.asks_of_row(of, action, 0))
        {
            guards.retain(|guard| !is_of_object(guard));
        }
    }

    /// Whether a handler or an action of a class asks.
    fn may_ask_of_row(&self, of: ClassRef) -> bool {
        let is_of_one = |base: &str| {
            let name = last(base);
            ["Retrieve", "Update", "Destroy"].iter().any(|word| name.contains(word))
                || name == "ModelViewSet"
                || name == "ReadOnlyModelViewSet"
        };
        let handlers =
            METHODS.iter().map(|(_, handler)| *handler).chain(OF_ONE_ROW.iter().copied());
        let own = self.project.mro(of).classes.iter().any(|base| {
            let ClassRef::Project(file, class) = *base else { return false };
            let ir = self.project.ir(file);
            ir.functions().any(|(id, function)| {
                function.class == Some(class) && self.asks_in(of, file, id, 0)
            })
        });
        own || self.bases(of).any(is_of_one)
            || handlers.into_iter().any(|handler| {
                self.project.lookup_member(of, handler).is_some()
                    && self.asks_of_row(of, handler, 0)
            })
    }

    /// Whether what runs for an action fetches the row as DRF does, or asks by itself.
    fn asks_of_row(&self, of: ClassRef, action: &str, depth: u8) -> bool {
        let Some(member) = self.project.lookup_member(of, action) else {
            return OF_ONE_ROW.contains(&action);
        };
        let file = member.class.0;
        match function_in(self.project.ir(file), member.value) {
            Some(function) => self.asks_in(of, file, function, depth),
            // What stands there is not known.
            None => true,
        }
    }

    fn asks_in(&self, of: ClassRef, file: FileId, function: FunctionId, depth: u8) -> bool {
        let ir = self.project.ir(file);
        ir.effects[ir.function(function).effects].iter().any(|effect| {
            let EffectKind::Call(call) = effect.kind else { return false };
            let Value::Call { callee, .. } = ir.value(plain(ir, call)) else { return false };
            let Value::Attr { of: receiver, name } = ir.value(plain(ir, callee)) else {
                return false;
            };
            let name = ir.str(name);
            match name {
                "get_object" if is_super(ir, receiver) => true,
                "get_object" if self.is_own_get_object(of) && depth < DEEPEST => {
                    self.asks_of_row(of, name, depth + 1)
                }
                "get_object" | "check_object_permissions" => true,
                _ if is_super(ir, receiver) => OF_ONE_ROW.contains(&name),
                _ if depth < DEEPEST && ir.value(plain(ir, receiver)) == Value::Param(0) => {
                    self.project.lookup_member(of, name).is_some()
                        && self.asks_of_row(of, name, depth + 1)
                }
                _ => false,
            }
        })
    }

    /// Whether the project fetches the row in a way of its own.
    fn is_own_get_object(&self, of: ClassRef) -> bool {
        self.project.lookup_member(of, "get_object").is_some()
            && !self.is_of_framework(of, "get_object")
    }
}
