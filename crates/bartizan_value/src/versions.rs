//! Objects as they are after something changed them, and what a call leaves changed behind it.

use std::sync::Arc;

use bartizan_ir::{Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::calls::Args;
use crate::domain::{Abstract, Alternative, Evaluated, Extent, Object, Symbol};
use crate::operators::is_typed;
use crate::parts::{each_object, is_object, opened};
use crate::reason::Reason;
use crate::session::{Act, Session};

/// Objects as they are after something changed them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Versions {
    now: FxHashMap<Object, Abstract>,
    /// Objects of which nothing is certain any more.
    pub(crate) lost: FxHashSet<Object>,
}

impl Versions {
    /// An object as it is now; where that is told in two ways, such as by the alternatives of a choice,
    /// neither is certain.
    pub(crate) fn note(&mut self, object: Object, value: &Abstract) {
        match self.now.get(&object) {
            Some(known) if is_other(known, value) && known != value => self.lose(object),
            Some(_) => {}
            None => {
                self.now.insert(object, value.clone());
            }
        }
    }

    pub(crate) fn lose(&mut self, object: Object) {
        self.lost.insert(object);
    }

    /// The objects of a log of changes, as they are now.
    pub(crate) fn since(log: &[(Object, Extent)], latest: &FxHashMap<Object, Abstract>) -> Self {
        let mut versions = Self::default();
        for (object, _) in log {
            match latest.get(object) {
                Some(Abstract::Unknown(_)) | None => versions.lose(*object),
                Some(now) => versions.note(*object, now),
            }
        }
        versions
    }

    /// Also these, which are later.
    pub(crate) fn add(&mut self, later: Versions) {
        self.now.extend(later.now);
        self.lost.extend(later.lost);
    }

    /// All of them, in the order of their making.
    fn all(&self) -> Vec<(Object, Abstract)> {
        let lost = self.lost.iter().map(|object| (*object, Abstract::Unknown(Reason::Changed)));
        let now = self.now.iter().filter(|(object, _)| !self.lost.contains(object));
        let mut all: Vec<(Object, Abstract)> =
            now.map(|(object, now)| (*object, now.clone())).chain(lost).collect();
        all.sort_unstable_by_key(|(object, _)| object.0);
        all
    }

    pub(crate) fn has(&self, object: Object) -> bool {
        self.now.contains_key(&object) || self.lost.contains(&object)
    }

    fn is_empty(&self) -> bool {
        self.now.is_empty() && self.lost.is_empty()
    }

    /// The value with its objects as they are now.
    pub(crate) fn apply(&self, value: &Evaluated) -> Evaluated {
        self.changed(value).unwrap_or_else(|| value.clone())
    }

    /// The same; `None` where nothing in it is other than before.
    pub(crate) fn changed(&self, value: &Evaluated) -> Option<Evaluated> {
        if self.is_empty() { None } else { self.put(value, 0) }
    }

    /// The changed value; `None` where nothing in it changed.
    fn put(&self, value: &Evaluated, depth: u32) -> Option<Evaluated> {
        if depth > 64 {
            return Some(opened(value, &Reason::Changed));
        }
        let object = match &value.value {
            Abstract::Seq(seq) if is_object(seq) => seq.object,
            Abstract::Map(map) => map.object,
            _ => Object::NONE,
        };
        if object != Object::NONE {
            if self.lost.contains(&object) {
                return Some(opened(value, &Reason::Changed));
            }
            // What a changed container holds may have changed itself.
            if let Some(now) = self.now.get(&object) {
                let now = Evaluated { value: now.clone(), site: value.site };
                return match self.put_inside(&now, depth) {
                    Some(newer) => Some(newer),
                    None => is_other(&now.value, &value.value).then_some(now),
                };
            }
        }
        self.put_inside(value, depth)
    }

    fn put_inside(&self, value: &Evaluated, depth: u32) -> Option<Evaluated> {
        let made = |inner| Some(Evaluated { value: inner, site: value.site });
        match &value.value {
            Abstract::Seq(seq) => {
                let items = self.put_all(&seq.items, depth)?;
                made(Abstract::seq(seq.kind, items, seq.open.clone(), seq.object))
            }
            Abstract::Map(map) => {
                let values: Vec<Evaluated> = map.entries.iter().map(|(_, v)| v.clone()).collect();
                let values = self.put_all(&values, depth)?;
                let keys = map.entries.iter().map(|(key, _)| key.clone());
                made(Abstract::map(keys.zip(values).collect(), map.open.clone(), map.object))
            }
            Abstract::Choice(choice) => {
                let values: Vec<Evaluated> =
                    choice.alternatives.iter().map(|a| a.value.clone()).collect();
                let values = self.put_all(&values, depth)?;
                let whens = choice.alternatives.iter().map(|a| a.when.clone());
                let alternatives =
                    whens.zip(values).map(|(when, value)| Alternative { when, value }).collect();
                made(Abstract::choice(alternatives))
            }
            _ => None,
        }
    }

    fn put_all(&self, items: &[Evaluated], depth: u32) -> Option<Vec<Evaluated>> {
        let mut changed = None;
        for (index, item) in items.iter().enumerate() {
            if let Some(new) = self.put(item, depth + 1) {
                changed.get_or_insert_with(|| items.to_vec())[index] = new;
            }
        }
        changed
    }
}

impl Session<'_> {
    /// Remembers containers that are other than before, because of what they hold.
    pub(crate) fn note_versions(&mut self, before: &Evaluated, now: &Evaluated) {
        self.note_versions_at(None, before, now);
    }

    pub(crate) fn note_versions_at(
        &mut self,
        place: Option<(Act, ValueId)>,
        before: &Evaluated,
        now: &Evaluated,
    ) {
        if is_other(&before.value, &now.value) {
            let mut versions = Versions::default();
            each_object(&now.value, &mut |object, value| versions.note(object, value));
            let mut earlier = Versions::default();
            each_object(&before.value, &mut |object, value| earlier.note(object, value));
            for (object, value) in versions.all() {
                // What it goes on holding is no news, and may be older than what others hold.
                if earlier.now.get(&object).is_some_and(|earlier| !is_other(&value, earlier)) {
                    continue;
                }
                let is_news = match self.latest.get(&object) {
                    None => true,
                    // One of the ways in which it may be is no news of it.
                    Some(Abstract::Unknown(_)) => false,
                    Some(latest) => is_other(latest, &value),
                };
                let is_late = place.is_some_and(|(at, id)| self.is_changed_behind(at, id, object));
                match place {
                    _ if !is_news || is_late => {}
                    Some((_, id)) => self.note_change_by(id, object, Extent::Inside, &value),
                    None => self.note_change(object, Extent::Inside, &value),
                }
            }
        }
    }

    /// The one object that a change was about, as it is after it.
    pub(crate) fn changed_object(
        &mut self,
        at: Act,
        changed: ValueId,
    ) -> Result<Arc<Versions>, Reason> {
        let new = self.eval(at, changed);
        let mut versions = Versions::default();
        match &new.value {
            Abstract::Seq(seq) if is_object(seq) && seq.object != Object::NONE => {
                versions.note(seq.object, &new.value);
            }
            Abstract::Seq(seq) if is_object(seq) => return Err(Reason::Changed),
            Abstract::Map(map) if map.object != Object::NONE => {
                versions.note(map.object, &new.value);
            }
            Abstract::Map(_) => return Err(Reason::Changed),
            Abstract::Unknown(_) | Abstract::Choice(_) => return Err(Reason::Changed),
            _ => {}
        }
        Ok(Arc::new(versions))
    }

    /// What a call does to the objects that it is given.
    pub(crate) fn effects_of(&mut self, at: Act, call: ValueId) -> Result<Arc<Versions>, Reason> {
        if let Some(found) = self.acts[at as usize].effects.get(&call) {
            return found.clone();
        }
        let busy = Err(Reason::Cycle);
        self.acts[at as usize].effects.insert(call, busy);
        let found = self.find_effects(at, call).map(Arc::new);
        if let Ok(versions) = &found {
            let mut before = Versions::default();
            if let Value::Call { args, .. } = self.ir(at).value(call) {
                for arg in self.arguments(at, args).all() {
                    each_object(&arg.value, &mut |object, value| before.note(object, value));
                }
            }
            for (object, now) in versions.all() {
                // What the call left as it was has not changed.
                if before.now.get(&object).is_none_or(|before| is_other(&now, before)) {
                    self.note_change_by(call, object, Extent::Shape, &now);
                }
            }
        }
        self.acts[at as usize].effects.insert(call, found.clone());
        found
    }

    fn find_effects(&mut self, at: Act, call: ValueId) -> Result<Versions, Reason> {
        let ir = self.ir(at);
        let Value::Call { callee, args } = ir.value(call) else { return Err(Reason::Changed) };
        let args = self.arguments(at, args);
        if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
            let receiver = self.eval(at, of);
            // Methods of Python's own types leave their arguments alone.
            if is_typed(&receiver.value) {
                return Ok(Versions::default());
            }
            // A logger reads what it writes down.
            if let Abstract::Apply(made) = &receiver.value
                && matches!(&made.symbol, Symbol::External(maker) if &**maker == "logging.getLogger")
                && bartizan_ir::is_logging(ir.str(name))
            {
                return Ok(Versions::default());
            }
            if let Abstract::Ref(Symbol::External(_)) = &receiver.value {
                let name = ir.str(name);
                if matches!(name, "deepcopy" | "dumps" | "fromkeys" | "join") {
                    return Ok(Versions::default());
                }
            }
        }
        let callee = self.eval(at, callee);
        match &callee.value {
            // What cannot change at all is not changed.
            Abstract::Ref(Symbol::External(_)) if !args.open && args.all().all(is_fixed) => {
                Ok(Versions::default())
            }
            Abstract::Ref(Symbol::External(name)) => match name.strip_prefix("builtins.") {
                Some(name) if crate::builtins::keeps_arguments(name) => Ok(Versions::default()),
                None if name
                    .rsplit_once('.')
                    .is_some_and(|(module, name)| bartizan_ir::only_reads(module, name)) =>
                {
                    Ok(Versions::default())
                }
                _ => Err(Reason::Changed),
            },
            Abstract::Ref(Symbol::Function(file, function, closure)) => {
                self.function_effects(at, call, (*file, *function, *closure), args)
            }
            _ => Err(Reason::Changed),
        }
    }

    fn function_effects(
        &mut self,
        at: Act,
        call: ValueId,
        target: (crate::FileId, bartizan_ir::FunctionId, crate::domain::Closure),
        args: Args,
    ) -> Result<Versions, Reason> {
        let mut before: FxHashSet<Object> = FxHashSet::default();
        for arg in args.all() {
            each_object(&arg.value, &mut |object, _| {
                before.insert(object);
            });
        }
        if args.open {
            return Err(Reason::Changed);
        }
        let closures = self.closures;
        let frame = self.enter_function(at, call, target, args)?;
        self.begin_call(frame);
        let root = self.frames[frame as usize].root;
        let ir = self.ir(root);
        let function = ir.function(target.1);
        let mut versions = Versions::default();
        let mut seen: FxHashSet<Object> = FxHashSet::default();
        for (index, end) in ir.ids[function.param_ends].iter().enumerate() {
            let end = self.eval(root, *end);
            let param = ir.params[function.params][index].name;
            let is_changed = self.analysis(root).is_changed_inside(target.1, param);
            let certain = end.value.unknown().is_none() && !is_changed;
            let is_whole = !self.world.may_change_parts(target.0, target.1, index);
            let mut is_part = false;
            each_object(&end.value, &mut |object, value| {
                seen.insert(object);
                // What lies in it may have been changed by who was given that alone.
                let is_certain = certain && (is_whole || !is_part);
                is_part = true;
                if is_certain {
                    versions.note(object, value);
                } else {
                    versions.lose(object);
                }
            });
        }
        // An object that no parameter leads to any more may have changed unseen.
        for object in before {
            if !seen.contains(&object) {
                versions.lose(object);
            }
        }
        self.end_call(frame, closures);
        Ok(versions)
    }
}

/// Whether this is another version of a container.
pub(crate) fn is_other(now: &Abstract, value: &Abstract) -> bool {
    match (now, value) {
        (Abstract::Seq(a), Abstract::Seq(b)) => !Arc::ptr_eq(a, b),
        (Abstract::Map(a), Abstract::Map(b)) => !Arc::ptr_eq(a, b),
        _ => true,
    }
}

/// Whether a value is known to be none that could change.
fn is_fixed(value: &Evaluated) -> bool {
    matches!(value.value, Abstract::Const(_) | Abstract::Text(_) | Abstract::Env(_))
}
