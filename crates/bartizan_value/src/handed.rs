//! Functions of the project that are handed the namespace of a module: `change(globals())`. What each
//! does to it is what it does to any dict.

use std::collections::BTreeMap;
use std::sync::Arc;

use bartizan_ir::{ArgKind, EffectKind, FileIr, Path, Value, ValueId};

use crate::analysis::is_namespace;
use crate::calls::Args;
use crate::domain::{Abstract, Evaluated, Symbol};
use crate::names::Starred;
use crate::parts::each_object;
use crate::reason::Reason;
use crate::session::{Act, Session};

/// What a call has left under the names that it has changed; nothing under those that it has deleted.
pub(crate) type Handed = Arc<Result<BTreeMap<Arc<str>, Option<Evaluated>>, Reason>>;

const MORE_THAN_A_FUNCTION: Reason =
    Reason::NotFollowed("code that is given all names of a module");

impl Session<'_> {
    /// What a call of a function that is handed all names of the module has bound under one; `None`
    /// where it is no such call.
    pub(crate) fn bound_by_handed(
        &mut self,
        at: Act,
        call: ValueId,
        name: &str,
    ) -> Option<Starred> {
        let handed = self.handed(at, call)?;
        Some(match &*handed {
            Err(reason) => Starred::Perhaps(reason.clone()),
            Ok(changed) => match changed.get(name) {
                None => Starred::Nothing,
                Some(Some(value)) => Starred::Bound(value.clone()),
                Some(None) => Starred::Bound(self.unknown(at, call, Reason::Raises("NameError"))),
            },
        })
    }

    pub(crate) fn handed(&mut self, at: Act, call: ValueId) -> Option<Handed> {
        let ir = self.ir(at);
        let file = self.frame_of(at).file;
        let Value::Call { args, .. } = ir.value(call) else { return None };
        if !ir.args[args].iter().any(|arg| is_namespace(ir, arg.value)) {
            return None;
        }
        if let Some((_, handed)) = self.handed.iter().find(|(of, _)| *of == (file, call)) {
            return Some(Arc::clone(handed));
        }
        if let Some((_, depth)) = self.handing.iter().find(|(of, _)| *of == (file, call)) {
            let depth = *depth;
            self.note_cycle(depth);
            return Some(Arc::new(Err(Reason::Cycle)));
        }
        let depth = self.depth + 1;
        self.handing.push(((file, call), depth));
        let around = self.begin_cycle();
        let found = self.find_handed(at, call);
        let is_whole = self.end_cycle(around, depth);
        self.handing.pop();
        let found: Handed = Arc::new(match found {
            Ok(_) if !is_whole => Err(Reason::Cycle),
            found => found,
        });
        if is_whole {
            self.handed.push(((file, call), Arc::clone(&found)));
        }
        Some(found)
    }

    fn find_handed(
        &mut self,
        at: Act,
        call: ValueId,
    ) -> Result<BTreeMap<Arc<str>, Option<Evaluated>>, Reason> {
        let ir = self.ir(at);
        let Value::Call { callee, args } = ir.value(call) else { return Err(MORE_THAN_A_FUNCTION) };
        let frame = self.frame_of(at);
        if frame.function.is_some() || self.acts[at as usize].region.is_some() {
            return Err(MORE_THAN_A_FUNCTION);
        }
        let mut given = Args::default();
        let mut namespace = None;
        for arg in &ir.args[args] {
            let value = match is_namespace(ir, arg.value) {
                true if namespace.is_some() => return Err(MORE_THAN_A_FUNCTION),
                true => {
                    let asked = ir.bare(arg.value);
                    let Some(map) = self.namespace_here(at, asked) else {
                        return Err(MORE_THAN_A_FUNCTION);
                    };
                    let map = self.made(at, asked, map);
                    namespace = Some(map.clone());
                    map
                }
                false => self.eval(at, arg.value),
            };
            match arg.kind {
                ArgKind::Positional => given.positional.push(value),
                ArgKind::Keyword(name) => given.keywords.push((ir.str(name).into(), value)),
                _ => return Err(MORE_THAN_A_FUNCTION),
            }
        }
        let Some(Evaluated { value: Abstract::Map(before), .. }) = namespace else {
            return Err(MORE_THAN_A_FUNCTION);
        };
        if let Some(reason) = &before.open {
            return Err(reason.clone());
        }
        let function = self.eval(at, callee);
        let Abstract::Ref(Symbol::Function(file, function, closure)) = &function.value else {
            return Err(MORE_THAN_A_FUNCTION);
        };
        let target = (*file, *function, *closure);
        let record = self.world.ir(target.0).function(target.1);
        if record.is_generator || record.is_async || self.keeps_what_it_is_given(target) {
            return Err(MORE_THAN_A_FUNCTION);
        }
        let closures = self.closures;
        let frame = self.enter_function(at, call, target, given)?;
        let root = self.frames[frame as usize].root;
        self.begin_call(frame);
        let after = self.left_by_function(root, target.1, before.object, is_tried(ir, call));
        self.end_call(frame, closures);
        let after = after?;
        let mut changed: BTreeMap<Arc<str>, Option<Evaluated>> = BTreeMap::new();
        for (key, value) in &after.entries {
            let Some(name) = key.value.as_str() else { return Err(Reason::Part) };
            let known = before.entries.iter().find(|(key, _)| key.value.as_str() == Some(name));
            if known.is_none_or(|(_, known)| known.value != value.value) {
                changed.insert(name.into(), Some(value.clone()));
            }
        }
        for (key, _) in &before.entries {
            let name = key.value.as_str().unwrap_or_default();
            if !after.entries.iter().any(|(key, _)| key.value.as_str() == Some(name)) {
                changed.insert(name.into(), None);
            }
        }
        Ok(changed)
    }

    /// The dict as the function leaves it.
    fn left_by_function(
        &mut self,
        root: Act,
        function: bartizan_ir::FunctionId,
        object: crate::domain::Object,
        is_tried: bool,
    ) -> Result<Arc<crate::domain::Map>, Reason> {
        match self.body_raises(root, function) {
            Ok(None) => {}
            Ok(Some(_)) => return Err(Reason::MayRaise),
            Err(_) if is_tried => return Err(Reason::MayRaise),
            Err(_) => {}
        }
        let ir = self.ir(root);
        let record = ir.function(function);
        if let Some(result) = record.result {
            let result = self.eval(root, result);
            let mut is_returned = false;
            each_object(&result.value, &mut |held, _| is_returned |= held == object);
            if is_returned {
                return Err(MORE_THAN_A_FUNCTION);
            }
        }
        for (place, end) in ir.ids[record.param_ends].iter().enumerate() {
            let end = self.eval(root, *end);
            let Abstract::Map(map) = &end.value else { continue };
            if map.object != object {
                continue;
            }
            let name = ir.params[record.params][place].name;
            if self.analysis(root).is_changed_inside(function, name) {
                return Err(Reason::Changed);
            }
            return match &map.open {
                None => Ok(Arc::clone(map)),
                Some(reason) => Err(reason.clone()),
            };
        }
        Err(MORE_THAN_A_FUNCTION)
    }

    /// Whether a function stores a parameter where it outlives the call.
    fn keeps_what_it_is_given(&self, target: crate::calls::Target) -> bool {
        let ir = self.world.ir(target.0);
        ir.effects[ir.function(target.1).effects].iter().any(|effect| match effect.kind {
            EffectKind::StoreAttr { value, .. }
            | EffectKind::StoreGlobal { value, .. }
            | EffectKind::StoreCapture { value, .. } => {
                matches!(ir.value(ir.bare(value)), Value::Param(_))
            }
            _ => false,
        })
    }
}

/// Whether a call stands where its exceptions may be caught.
fn is_tried(ir: &FileIr, call: ValueId) -> bool {
    let mut at = Some(ir.stretch(call).path);
    while let Some(path) = at {
        let link = ir.path(path);
        if matches!(link, Path::Tried { .. }) {
            return true;
        }
        at = link.parent();
    }
    false
}
