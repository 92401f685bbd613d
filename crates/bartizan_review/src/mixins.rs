//! What mixins of packages ask that stand in front of a view.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{EffectKind, Value};
use bartizan_project::ClassRef;

use crate::formula::{Formula, LOGIN, STAFF, SUPERUSER};
use crate::reader::{Ask, Reader, Site};

impl Reader<'_> {
    /// What a mixin outside the project asks.
    pub(crate) fn mixin(&self, of: ClassRef, name: &str, place: Site, ask: &Rc<Ask>) -> Formula {
        let result = |name: &str| {
            let (file, function) = self.method(of, name)?;
            let frame = self.entry(file, function, Some(of), ask, None);
            Some(self.result(&frame))
        };
        match name {
            "LoginRequiredMixin" | "LoginRequired" => self.atom(LOGIN, place),
            "StaffuserRequiredMixin" | "StaffRequiredMixin" => self.atom(STAFF, place),
            "SuperuserRequiredMixin" | "SuperUserRequiredMixin" => self.atom(SUPERUSER, place),
            "UserPassesTestMixin" => {
                result("get_test_func").or_else(|| result("test_func")).unwrap_or(Formula::Always)
            }
            "PermissionRequiredMixin" | "MultiplePermissionsRequiredMixin" => {
                if let Some(own) = result("has_permission") {
                    return own;
                }
                self.required_permissions(of, place, ask)
            }
            // Whom a mixin of another package lets by without a permission, nobody knows.
            name if name.starts_with("PermissionRequired") && self.names_permissions(of, ask) => {
                self.required_permissions(of, place, ask).renamed(&|atom| {
                    let asked = atom.strip_prefix("perm:").map(|perm| format!("{name}({perm})"));
                    match asked.map(|asked| self.atom(asked, place)) {
                        Some(Formula::Atom(asked)) => asked,
                        _ => Arc::clone(atom),
                    }
                })
            }
            "GroupRequiredMixin" => {
                let group = self.attribute_of(of, ask, "group_required");
                let group =
                    group.and_then(|(file, value)| self.strings(&self.outside(file, ask), value));
                self.atom(format!("group {}", group.unwrap_or_default().join(", ")), place)
            }
            name if name.ends_with("Mixin")
                && ["Required", "Permission", "Auth", "Login", "Guard", "Role"]
                    .iter()
                    .any(|word| name.contains(word))
                && name != "AccessMixin" =>
            {
                self.atom(format!("{name}()"), place)
            }
            _ => Formula::Always,
        }
    }

    /// What `permission_required` of a view says.
    pub(crate) fn required_permissions(&self, of: ClassRef, place: Site, ask: &Rc<Ask>) -> Formula {
        let listed = match self.method(of, "get_permission_required") {
            Some((file, function)) => {
                let frame = self.entry(file, function, Some(of), ask, None);
                let ir = self.ir(file);
                let record = ir.function(function);
                let yielded =
                    ir.effects[record.effects].iter().filter_map(|effect| match effect.kind {
                        EffectKind::Yield(value) => Some(match ir.value(value) {
                            Value::Yield(Some(of)) => of,
                            _ => value,
                        }),
                        _ => None,
                    });
                // One by one: `yield f"{app}.change_order"`.
                let yielded: Vec<String> = yielded
                    .map(|value| self.text(&frame, value).trim_matches('"').to_owned())
                    .collect();
                match yielded.is_empty() {
                    true => record.result.and_then(|result| {
                        let result = self.decided(&frame, result);
                        self.strings(&frame, result).or_else(|| self.each(&frame, result))
                    }),
                    false => Some(yielded),
                }
            }
            None => {
                let found = self.attribute_of(of, ask, "permission_required");
                found.and_then(|(file, value)| self.strings(&self.outside(file, ask), value))
            }
        };
        let Some(perms) = listed else { return self.atom("perm:?", place) };
        let asks_of_object = !perms.is_empty() && self.names_object(of, ask);
        let asked = perms.iter().map(|perm| self.atom(format!("perm:{perm}"), place));
        // Of which, the code says in many ways.
        let of_object = asks_of_object.then(|| self.atom("object permission of its own", place));
        Formula::all(asked.chain(of_object))
    }

    /// Whether a view says which permissions it asks for.
    fn names_permissions(&self, of: ClassRef, ask: &Rc<Ask>) -> bool {
        self.method(of, "get_permission_required").is_some()
            || self.attribute_of(of, ask, "permission_required").is_some()
    }

    /// Whether a view says of what its permissions are asked.
    fn names_object(&self, of: ClassRef, ask: &Rc<Ask>) -> bool {
        let Some((file, function)) = self.method(of, "get_permission_object") else { return false };
        let frame = self.entry(file, function, Some(of), ask, None);
        let result = self.ir(file).function(function).result;
        result.is_some_and(|result| self.text(&frame, self.decided(&frame, result)) != "None")
    }
}
