//! What can be told of a single file before anything is linked.

use bartizan_base::Sym;
use bartizan_ir::{ClassId, EffectKind, FileIr, FunctionId, FunctionKind, Value, ValueId};
use bartizan_model::Models;
use rustc_hash::FxHashMap;

/// Places of a file that its functions and classes do not list by themselves.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// The function of every parameter value, sorted by value.
    params: Vec<(ValueId, FunctionId)>,
    /// What methods store in attributes of `self`, sorted by class and name.
    attributes: Vec<(ClassId, Sym, ValueId)>,
    /// What functions store in names of the module, sorted by name.
    globals: Vec<(Sym, ValueId)>,
    /// The class around each `super()`.
    supers: FxHashMap<ValueId, ClassId>,
    /// Values that are called, a bit each.
    called: Box<[u64]>,
    /// Values that are kept under a name which tells what they are.
    told: FxHashMap<ValueId, Sym>,
}

impl Index {
    pub(crate) fn of(ir: &FileIr, models: &Models) -> Self {
        let mut index = Self { params: params(ir), told: told(ir, models), ..Self::default() };
        let mut called = vec![0u64; ir.values.len().div_ceil(64)];
        let super_name = ir.strings.find("super");
        for (id, function) in ir.functions() {
            let mut class = None;
            for effect in &ir.effects[function.effects] {
                match effect.kind {
                    EffectKind::StoreAttr { object, name, value } => {
                        if let Some(class) = function.class
                            && matches!(ir.value(root(ir, object)), Value::Param(0))
                        {
                            index.attributes.push((class, name, value));
                        }
                    }
                    EffectKind::StoreGlobal { name, value } => index.globals.push((name, value)),
                    EffectKind::Call(call) => {
                        let Value::Call { callee, .. } = ir.value(call) else { continue };
                        called[callee.index() / 64] |= 1 << (callee.index() % 64);
                        if let Value::Global { name, .. } = ir.value(callee)
                            && Some(name) == super_name
                        {
                            let class = *class.get_or_insert_with(|| class_around(ir, id));
                            if let Some(class) = class {
                                index.supers.insert(call, class);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        index.called = called.into();
        index.attributes.sort_unstable();
        index.attributes.dedup();
        index.globals.sort_unstable();
        index.globals.dedup();
        index
    }

    /// Whether a call calls this very value.
    pub(crate) fn is_called(&self, value: ValueId) -> bool {
        self.called
            .get(value.index() / 64)
            .is_some_and(|bits| bits >> (value.index() % 64) & 1 == 1)
    }

    /// The function whose parameter this is.
    pub(crate) fn function_of_param(&self, param: ValueId) -> Option<FunctionId> {
        let at = self.params.binary_search_by_key(&param, |(value, _)| *value).ok()?;
        Some(self.params[at].1)
    }

    /// What methods of the class store in `self.name`.
    pub(crate) fn attribute(
        &self,
        class: ClassId,
        name: Sym,
    ) -> impl Iterator<Item = ValueId> + Clone {
        let start = self.attributes.partition_point(|(c, n, _)| (*c, *n) < (class, name));
        let same = move |entry: &&(ClassId, Sym, ValueId)| (entry.0, entry.1) == (class, name);
        self.attributes[start..].iter().take_while(same).map(|(_, _, value)| *value)
    }

    /// Everything that is stored in attributes of `self`.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = ValueId> {
        self.attributes.iter().map(|(_, _, value)| *value)
    }

    /// What functions store in the module's name.
    pub(crate) fn global(&self, name: Sym) -> impl Iterator<Item = ValueId> + Clone {
        let start = self.globals.partition_point(|(n, _)| *n < name);
        self.globals[start..].iter().take_while(move |(n, _)| *n == name).map(|(_, value)| *value)
    }

    /// Everything that functions store in names of the module.
    pub(crate) fn globals(&self) -> impl Iterator<Item = ValueId> {
        self.globals.iter().map(|(_, value)| *value)
    }

    /// The name under which the value is kept, if it tells what the value is.
    pub(crate) fn told(&self, value: ValueId) -> Option<Sym> {
        self.told.get(&value).copied()
    }

    /// The class in whose method this `super()` stands.
    pub(crate) fn class_around_super(&self, call: ValueId) -> Option<ClassId> {
        self.supers.get(&call).copied()
    }
}

fn told(ir: &FileIr, models: &Models) -> FxHashMap<ValueId, Sym> {
    let mut tells: FxHashMap<Sym, bool> = FxHashMap::default();
    let mut told = FxHashMap::default();
    for function in &ir.functions {
        for store in &ir.bindings[function.stores] {
            let tells = tells
                .entry(store.name)
                .or_insert_with(|| models.class_for_variable(ir.str(store.name)).is_some());
            if *tells {
                told.entry(store.value).or_insert(store.name);
            }
        }
    }
    told
}

/// Parameters are lowered together as their function begins, in the order of functions.
fn params(ir: &FileIr) -> Vec<(ValueId, FunctionId)> {
    let mut owners = Vec::new();
    for (id, function) in ir.functions() {
        let list = &ir.params[function.params];
        owners.extend(list.iter().enumerate().map(|(at, param)| (param.span, at as u32, id)));
    }
    owners.sort_unstable();
    let mut params = Vec::with_capacity(owners.len());
    for (at, value) in ir.values.iter().enumerate() {
        let Value::Param(number) = value else { continue };
        let id = ValueId::from_index(at);
        if let Ok(at) = owners.binary_search_by_key(&(ir.span(id), *number), |(s, n, _)| (*s, *n)) {
            params.push((id, owners[at].2));
        }
    }
    params
}

/// The object that a value is, whatever was learnt of it or done to it since.
pub(crate) fn root(ir: &FileIr, mut value: ValueId) -> ValueId {
    for _ in 0..256 {
        value = match ir.value(value) {
            Value::Pi { of, .. } => of,
            Value::Mutate(mutation) => ir.mutation(mutation).receiver,
            Value::Mu { init, .. } => init,
            _ => break,
        };
    }
    value
}

/// The class in whose body the function stands, perhaps inside another function.
fn class_around(ir: &FileIr, function: FunctionId) -> Option<ClassId> {
    let mut at = Some(function);
    for _ in 0..64 {
        let function = ir.function(at?);
        if function.class.is_some() {
            return function.class;
        }
        if let FunctionKind::ClassBody(class) = function.kind {
            return Some(class);
        }
        at = function.parent;
    }
    None
}
