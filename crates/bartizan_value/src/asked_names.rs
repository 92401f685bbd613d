//! What module code asks its own namespace by one name: `globals().get("DEBUG")`, `"DEBUG" in globals()`,
//! `globals()["DEBUG"]`.

use bartizan_ir::{Arg, ArgKind, CompareOp, FileIr, ValueId};

use crate::domain::{Abstract, Evaluated};
use crate::parts::over;
use crate::reason::Reason;
use crate::session::{Act, Session};

impl Session<'_> {
    /// A method of `globals()` that is given a name; `None` of any other call.
    pub(crate) fn asked_by_method(
        &mut self,
        at: Act,
        id: ValueId,
        (of, method): (ValueId, &str),
        args: &[Arg],
    ) -> Option<Evaluated> {
        if !matches!(method, "get" | "__contains__") || !self.is_asked(at, of) {
            return None;
        }
        let (key, default) = match args {
            [key] => (key, None),
            [key, default] if method == "get" => (key, Some(default)),
            _ => return None,
        };
        if args.iter().any(|arg| arg.kind != ArgKind::Positional) {
            return None;
        }
        let found = self.bound_where_asked(at, of, key.value)?;
        Some(match (method, default) {
            ("get", Some(default)) => {
                let default = self.eval(at, default.value);
                self.or_else(at, id, &found, default)
            }
            ("get", None) => {
                let none = self.made(at, id, Abstract::none());
                self.or_else(at, id, &found, none)
            }
            _ => self.is_bound(at, id, &found, true),
        })
    }

    /// Whether a name is, or is not, in `globals()`; `None` of any other comparison.
    pub(crate) fn asked_by_test(
        &mut self,
        at: Act,
        id: ValueId,
        op: CompareOp,
        (key, of): (ValueId, ValueId),
    ) -> Option<Evaluated> {
        let truth = match op {
            CompareOp::In => true,
            CompareOp::NotIn => false,
            _ => return None,
        };
        if !self.is_asked(at, of) {
            return None;
        }
        let found = self.bound_where_asked(at, of, key)?;
        Some(self.is_bound(at, id, &found, truth))
    }

    /// `globals()[key]`; `None` of any other subscript.
    pub(crate) fn asked_by_key(
        &mut self,
        at: Act,
        id: ValueId,
        (of, key): (ValueId, ValueId),
    ) -> Option<Evaluated> {
        if !self.is_asked(at, of) {
            return None;
        }
        let found = self.bound_where_asked(at, of, key)?;
        let missing = self.unknown(at, id, Reason::Raises("KeyError"));
        Some(self.or_else(at, id, &found, missing))
    }

    fn is_asked(&self, at: Act, of: ValueId) -> bool {
        let namespaces = &self.ir(at).namespaces;
        !namespaces.is_empty() && namespaces.binary_search_by_key(&of, |(asked, _)| *asked).is_ok()
    }

    /// What a name is bound to where code asks; that it raises `NameError` says that nothing is.
    fn bound_where_asked(&mut self, at: Act, asked: ValueId, key: ValueId) -> Option<Evaluated> {
        let key = self.eval(at, key);
        let name = key.value.as_str()?;
        // What every module has.
        if name.starts_with("__") {
            return None;
        }
        let ir = self.ir(at);
        let place = ir.namespaces.binary_search_by_key(&asked, |(asked, _)| *asked).ok()?;
        let held = &ir.bindings[ir.namespaces[place].1];
        if let Some(binding) = held.iter().find(|binding| ir.str(binding.name) == name) {
            return Some(self.eval(at, binding.value));
        }
        let layers = &ir.layers[ir.function(FileIr::module()).layers];
        let layers = &layers[..layers.partition_point(|layer| layer.value < asked)];
        let found = self.through_layers(at, asked, name, layers);
        Some(found.unwrap_or_else(|| self.unknown(at, asked, Reason::Raises("NameError"))))
    }

    fn or_else(
        &mut self,
        at: Act,
        id: ValueId,
        found: &Evaluated,
        default: Evaluated,
    ) -> Evaluated {
        let site = self.site(at, id);
        over(found, site, &mut |found| match is_missing(found) {
            true => default.clone(),
            false => found.clone(),
        })
    }

    fn is_bound(&mut self, at: Act, id: ValueId, found: &Evaluated, truth: bool) -> Evaluated {
        let site = self.site(at, id);
        over(found, site, &mut |found| match &found.value {
            _ if is_missing(found) => self.made(at, id, Abstract::bool(!truth)),
            // It may be that that is not known.
            Abstract::Unknown(reason) => self.unknown(at, id, reason.clone()),
            _ => self.made(at, id, Abstract::bool(truth)),
        })
    }
}

fn is_missing(value: &Evaluated) -> bool {
    matches!(&value.value, Abstract::Unknown(Reason::Raises("NameError")))
}
