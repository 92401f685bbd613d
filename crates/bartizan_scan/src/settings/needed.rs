//! What of a file's imports its settings need: what a name is made of, and what code that runs for it
//! is.
//!
//! Settings modules import from the project, and what they import from imports the rest of it. A
//! setting that a helper makes needs what that helper's body names, not all that stands beside it.

use bartizan_base::Sym;
use bartizan_ir::{EffectKind, FileIr, FunctionId, Path, PathId, Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

/// Variables of the environment that name the settings.
const NAMING: [&str; 2] = ["DJANGO_SETTINGS_MODULE", "DJANGO_CONFIGURATION"];

/// What is asked of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Need {
    /// Which module it makes the settings.
    Naming,
    /// What it gives settings: names in capitals, and what its code does.
    Settings,
    /// All its names: something holds the module itself.
    Everything,
    /// One name.
    Name(String),
    /// That it is run, and may change what others hold.
    Running,
}

/// An import that is needed, and what of the module that it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Import {
    /// The module as written, without leading dots.
    pub(super) module: String,
    /// The name that is taken from it, which may be a module itself.
    pub(super) name: Option<String>,
    /// How many leading dots.
    pub(super) level: u32,
    /// What the module is asked.
    pub(super) need: Need,
}

/// What was asked of one file so far.
#[derive(Debug, Default)]
pub(super) struct Needed {
    values: FxHashSet<ValueId>,
    bodies: FxHashSet<FunctionId>,
    names: FxHashSet<String>,
    /// Layers of the module that were looked at, stars aside: those are asked name by name.
    layers: FxHashSet<ValueId>,
    left: Vec<ValueId>,
    places: Option<Places>,
}

/// Where things stand in a file.
#[derive(Debug, Default)]
struct Places {
    /// What is stored in the names of the module.
    stores: FxHashMap<Sym, Vec<ValueId>>,
    /// The layers of the module that are stars.
    stars: Vec<ValueId>,
    /// The nodes of each body, from and to.
    bodies: FxHashMap<FunctionId, Vec<(u32, u32)>>,
}

impl Places {
    fn of(ir: &FileIr) -> Self {
        let mut places = Self::default();
        let module = ir.function(FileIr::module());
        for store in &ir.bindings[module.stores] {
            places.stores.entry(store.name).or_default().push(store.value);
        }
        let layers = ir.layers[module.layers].iter().map(|layer| layer.value);
        let is_star = |id: &ValueId| matches!(ir.value(*id), Value::Star { .. });
        places.stars = layers.filter(is_star).collect();
        for (at, stretch) in ir.stretches.iter().enumerate() {
            let end = ir.stretches.get(at + 1).map_or(ir.values.len() as u32, |next| next.start);
            places.bodies.entry(stretch.function).or_default().push((stretch.start, end));
        }
        places
    }
}

impl Needed {
    /// The imports that `need` leads to and nothing before has.
    pub(super) fn ask(&mut self, ir: &FileIr, need: &Need) -> Vec<Import> {
        let mut found = Vec::new();
        match need {
            Need::Naming => {
                self.naming(ir);
                // It may set variables of the environment before Django reads the settings.
                found.extend(run(ir));
            }
            Need::Name(name) => self.name(ir, name, &mut found),
            Need::Running => self.meddling(ir),
            Need::Settings | Need::Everything => {
                self.body(ir, FileIr::module());
                let module = ir.function(FileIr::module());
                for binding in &ir.bindings[module.bindings] {
                    let is_asked = *need == Need::Everything || is_setting(ir.str(binding.name));
                    if is_asked {
                        self.left.push(binding.value);
                    }
                }
                for layer in &ir.layers[module.layers] {
                    self.layer(ir, layer.value, need, &mut found);
                }
                found.extend(run(ir));
            }
        }
        while let Some(id) = self.left.pop() {
            if self.values.insert(id) {
                self.value(ir, id, &mut found);
            }
        }
        found
    }

    /// What stands beside the variables that name the settings.
    fn naming(&mut self, ir: &FileIr) {
        let variables: Vec<Sym> =
            NAMING.iter().filter_map(|variable| ir.strings.find(variable)).collect();
        if variables.is_empty() {
            return;
        }
        for value in &ir.values {
            let args = match *value {
                Value::Call { args, .. } => args,
                Value::Mutate(mutation) => ir.mutation(mutation).args,
                _ => continue,
            };
            let args = &ir.args[args];
            let names = |id| matches!(ir.value(id), Value::Str(text) if variables.contains(&text));
            if args.iter().any(|arg| names(arg.value)) {
                self.left.extend(args.iter().map(|arg| arg.value));
            }
        }
    }

    /// What the module's own code puts into others: `base.APPS.append("shop")`, `base.DEBUG = True`.
    fn meddling(&mut self, ir: &FileIr) {
        let own = |id: ValueId| ir.stretch(id).function == FileIr::module();
        for (at, value) in ir.values.iter().enumerate() {
            let id = ValueId::from_index(at);
            if let Value::Mutate(mutation) = *value
                && own(id)
                && is_of_import(ir, ir.mutation(mutation).receiver)
            {
                self.left.push(id);
            }
        }
        for effect in &ir.effects[ir.function(FileIr::module()).effects] {
            if let EffectKind::StoreAttr { object, value, .. } = effect.kind
                && is_of_import(ir, object)
            {
                self.left.extend([object, value]);
            }
        }
    }

    /// Every store to a name of the module; where there is none, what its star imports bring.
    fn name(&mut self, ir: &FileIr, name: &str, found: &mut Vec<Import>) {
        if !self.names.insert(name.to_owned()) {
            return;
        }
        let places = self.places.get_or_insert_with(|| Places::of(ir));
        let stars = places.stars.clone();
        let sym = ir.strings.find(name);
        let before = self.left.len();
        self.left.extend(sym.and_then(|name| places.stores.get(&name)).into_iter().flatten());
        let is_defined = |id: &ValueId| is_definition(&ir.value(*id));
        if !self.left[before..].iter().all(is_defined) {
            // What a variable holds may change in any statement.
            self.body(ir, FileIr::module());
        }
        let need = Need::Name(name.to_owned());
        for star in stars {
            self.layer(ir, star, &need, found);
        }
        // What else is written to the namespace may be any name.
        let module = ir.function(FileIr::module());
        if self.layers.is_empty() {
            for layer in &ir.layers[module.layers] {
                if self.layers.insert(layer.value)
                    && !matches!(ir.value(layer.value), Value::Star { .. })
                {
                    self.left.push(layer.value);
                }
            }
        }
    }

    fn layer(&mut self, ir: &FileIr, layer: ValueId, need: &Need, found: &mut Vec<Import>) {
        match ir.value(layer) {
            Value::Star { module, level } => found.push(Import {
                module: ir.str(module).to_owned(),
                name: None,
                level,
                need: need.clone(),
            }),
            _ => self.left.push(layer),
        }
    }

    fn value(&mut self, ir: &FileIr, id: ValueId, found: &mut Vec<Import>) {
        let value = ir.value(id);
        match value {
            Value::Import { .. } if is_for_types(ir, ir.stretch(id).path) => {}
            Value::Import { module, name, level } => {
                let name = name.map(|name| ir.str(name).to_owned());
                let need = name.clone().map_or(Need::Everything, Need::Name);
                found.push(Import { module: ir.str(module).to_owned(), name, level, need });
            }
            // `import shop.version` binds `shop`: what it leads to is told by the attributes.
            Value::Attr { of, .. } => {
                found.extend(through_module(ir, value));
                if !matches!(ir.value(of), Value::Import { name: None, .. }) {
                    self.left.push(of);
                }
            }
            Value::Function(function) => self.body(ir, function),
            Value::Class(class) => {
                let class = ir.class(class);
                self.left.extend(ir.args[class.bases].iter().map(|base| base.value));
                self.left.extend(&ir.ids[class.decorators]);
                let body = ir.function(class.body);
                self.left.extend(ir.bindings[body.bindings].iter().map(|it| it.value));
                self.body(ir, class.body);
            }
            // With the layers of the module.
            Value::Global { name, .. } => self.name(ir, ir.str(name), found),
            Value::Capture { name, owner } => {
                let stores = &ir.bindings[ir.function(owner).stores];
                self.left.extend(stores.iter().filter(|it| it.name == name).map(|it| it.value));
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                self.left.push(mutation.receiver);
                self.left.extend(mutation.call);
                self.left.extend(ir.args[mutation.args].iter().map(|arg| arg.value));
            }
            Value::Comp(comp) => {
                let comp = ir.comp(comp);
                self.left.extend(comp.key);
                self.left.push(comp.element);
                for clause in &comp.clauses {
                    self.left.push(clause.iterator);
                    self.left.extend(&clause.conditions);
                }
            }
            _ => bartizan_value::operands(ir, value, &mut |part| self.left.push(part)),
        }
    }

    /// All that a body evaluates; what it defines and imports only where it makes use of it.
    fn body(&mut self, ir: &FileIr, body: FunctionId) {
        if !self.bodies.insert(body) {
            return;
        }
        let function = ir.function(body);
        self.left.extend(function.result);
        self.left.extend(ir.params[function.params].iter().filter_map(|param| param.default));
        self.left.extend(&ir.ids[function.decorators]);
        let places = self.places.get_or_insert_with(|| Places::of(ir));
        for (start, end) in places.bodies.get(&body).into_iter().flatten() {
            let own = (*start as usize..*end as usize).map(ValueId::from_index);
            self.left.extend(own.filter(|id| !is_definition(&ir.value(*id))));
        }
    }
}

/// The modules that the code of a file imports: they are run, if only when a function is called.
pub(super) fn run(ir: &FileIr) -> impl Iterator<Item = Import> + '_ {
    let effects = ir.functions().flat_map(|(_, function)| &ir.effects[function.effects]);
    effects.filter_map(|effect| {
        let EffectKind::Import(import) = effect.kind else { return None };
        if is_for_types(ir, effect.path) {
            return None;
        }
        let (Value::Import { module, level, .. } | Value::Star { module, level }) =
            ir.value(import)
        else {
            return None;
        };
        let name = match ir.value(import) {
            Value::Import { name, .. } => name.map(|name| ir.str(name).to_owned()),
            _ => None,
        };
        let module = ir.str(module).to_owned();
        Some(Import { module, name, level, need: Need::Running })
    })
}

/// Whether code on a path is there for type checkers alone: `if TYPE_CHECKING:`.
fn is_for_types(ir: &FileIr, path: PathId) -> bool {
    let Some(checking) = ir.strings.find("TYPE_CHECKING") else { return false };
    let mut at = Some(path);
    while let Some(path) = at {
        let link = ir.path(path);
        if let Path::Given { test, truth: true, .. } = link
            && matches!(ir.value(ir.bare(test)),
                Value::Import { name: Some(name), .. } | Value::Attr { name, .. } if name == checking)
        {
            return true;
        }
        at = link.parent();
    }
    false
}

/// Whether a value is something imported, or a part of it.
fn is_of_import(ir: &FileIr, mut id: ValueId) -> bool {
    loop {
        id = match ir.value(id) {
            Value::Import { .. } => return true,
            Value::Attr { of, .. } | Value::Index { of, .. } => of,
            Value::Mutate(mutation) => ir.mutation(mutation).receiver,
            _ => return false,
        };
    }
}

/// What an attribute of a module is imported from: the module before the last dot.
fn through_module(ir: &FileIr, value: Value) -> Option<Import> {
    let Value::Attr { mut of, name } = value else { return None };
    let mut between = Vec::new();
    loop {
        match ir.value(of) {
            Value::Attr { of: inner, name } => {
                between.push(ir.str(name));
                of = inner;
            }
            Value::Import { module, name: None, level } => {
                between.push(ir.str(module));
                between.reverse();
                return Some(Import {
                    module: between.join("."),
                    name: Some(ir.str(name).to_owned()),
                    level,
                    need: Need::Name(ir.str(name).to_owned()),
                });
            }
            _ => return None,
        }
    }
}

/// Whether Django takes a name for a setting.
pub(super) fn is_setting(name: &str) -> bool {
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

/// Whether a value has no effect where it stands: it only may be used elsewhere.
fn is_definition(value: &Value) -> bool {
    matches!(
        value,
        Value::Function(_)
            | Value::Class(_)
            | Value::Decorated { .. }
            | Value::Import { .. }
            | Value::Star { .. }
            | Value::Unbound
    )
}
