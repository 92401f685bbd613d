//! What code of the project keeps on who comes before a view asks for it:
//! `user.is_clerk = user in shop.clerks`.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_base::Span;
use bartizan_ir::{EffectKind, FunctionId, PathId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use rustc_hash::FxHashMap;

use crate::conditions::MOST_OF_A_HELPER;
use crate::formula::Formula;
use crate::reader::{Bound, Frame, Reader, Site};

/// Places beyond which it is not told what an attribute is.
const MOST: usize = 6;

/// What a parameter is called that is who comes.
const USERS: &[&str] = &["user", "request_user", "current_user", "requesting_user"];

/// By the name of the attribute: where it is kept.
#[derive(Default)]
pub(crate) struct Stored {
    on_users: FxHashMap<String, Vec<Store>>,
    on_requests: FxHashMap<String, Vec<Store>>,
}

/// A statement that keeps something on a user.
#[derive(Clone, Copy)]
struct Store {
    file: FileId,
    function: FunctionId,
    path: PathId,
    value: ValueId,
    span: Span,
}

impl Stored {
    pub(crate) fn of(project: &Project) -> Self {
        let mut stored = Self::default();
        for file in project.files() {
            let path = project.path(file).as_str();
            if path.split('/').any(|part| part.starts_with("test") || part == "migrations") {
                continue;
            }
            let ir = project.ir(file);
            for (index, record) in ir.functions.iter().enumerate() {
                let function = FunctionId::from_index(index);
                for effect in &ir.effects[record.effects] {
                    let EffectKind::StoreAttr { object, name, value } = effect.kind else {
                        continue;
                    };
                    let is_user = match ir.value(ir.bare(object)) {
                        Value::Param(index) => ir.params[record.params]
                            .get(index as usize)
                            .is_some_and(|param| USERS.contains(&ir.str(param.name))),
                        // `request.user.is_clerk = …`
                        Value::Attr { name, .. } => ir.str(name) == "user",
                        _ => false,
                    };
                    let is_request = match ir.value(ir.bare(object)) {
                        Value::Param(index) => ir.params[record.params]
                            .get(index as usize)
                            .is_some_and(|param| ir.str(param.name) == "request"),
                        _ => false,
                    };
                    let (path, span) = (effect.path, effect.span);
                    let store = Store { file, function, path, value, span };
                    let on = match (is_user, is_request) {
                        (true, _) => &mut stored.on_users,
                        (_, true) => &mut stored.on_requests,
                        _ => continue,
                    };
                    on.entry(ir.str(name).to_owned()).or_default().push(store);
                }
            }
        }
        stored
    }
}

impl Reader<'_> {
    /// When an attribute of who comes is true that code of the project keeps there itself.
    pub(crate) fn kept_on_user(&self, name: &str, place: Site) -> Option<Formula> {
        let stores = self.stored.on_users.get(name)?;
        if stores.len() > MOST || self.is_of_users(name) {
            return None;
        }
        // What is kept there may be made of what is kept there.
        if self.is_storing.replace(true) {
            self.cut();
            return None;
        }
        let missing = format!("request.user.{name}=None");
        let parts = stores.iter().map(|store| {
            let frame = self.keeper(store);
            self.saw(store.file, store.span);
            let path = self.path(&frame, store.path, false).unwrap_or(Formula::Always);
            // It is kept where it was not.
            let path = path.expanded(&|atom| (**atom == *missing).then_some(Formula::Always));
            path.and(self.formula(&frame, store.value))
        });
        let asked = Formula::any(parts.collect::<Vec<_>>());
        self.is_storing.set(false);
        if asked.atoms().len() <= MOST_OF_A_HELPER {
            return Some(asked);
        }
        Some(self.by_name(&format!("request.user.{name}"), asked, place))
    }

    /// The class of an object that code puts on the request before the view runs:
    /// `request.rights = Rights()`, asked by `request.rights.may_close(…)`.
    pub(crate) fn put_on_request(&self, frame: &Rc<Frame>, of: ValueId) -> Option<ClassRef> {
        let Value::Attr { name, .. } = self.ir(frame.file).value(self.ir(frame.file).bare(of))
        else {
            return None;
        };
        let [store] = self.stored.on_requests.get(self.ir(frame.file).str(name))?.as_slice() else {
            return None;
        };
        let words = self.text(frame, of);
        words.strip_prefix("request.").filter(|rest| !rest.contains('.'))?;
        let ir = self.ir(store.file);
        let Value::Call { callee, .. } = ir.value(ir.bare(store.value)) else { return None };
        match self.project.definition(store.file, callee) {
            Entity::Class(file, class) => Some(ClassRef::Project(file, class)),
            _ => None,
        }
    }

    /// Whether the model of users has an attribute itself: then it is what is kept in its row.
    fn is_of_users(&self, name: &str) -> bool {
        match self.models.class(&self.user_name()) {
            Some((file, class)) => {
                self.project.lookup_member(ClassRef::Project(file, class), name).is_some()
            }
            None => false,
        }
    }

    /// A run of the function that keeps something: of what it is not given, the name tells.
    fn keeper(&self, store: &Store) -> Rc<Frame> {
        let ask = Rc::default();
        let ir = self.ir(store.file);
        let params = ir.params[ir.function(store.function).params].iter().map(|param| {
            let name = ir.str(param.name);
            match param.default {
                _ if USERS.contains(&name) => Bound::Text(Arc::from("request.user")),
                Some(default) => Bound::Value(self.outside(store.file, &ask), default),
                None => Bound::Text(Arc::from(name)),
            }
        });
        let params = params.collect();
        self.with(store.file, store.function, None, &ask, params, 1)
    }
}
