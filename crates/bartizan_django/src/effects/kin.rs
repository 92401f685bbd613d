//! What a project stores where: how models are linked, and what instances and requests are given.

use bartizan_base::Sym;
use bartizan_ir::{ClassId, EffectKind, FileIr, FunctionId, Value, ValueId};
use bartizan_project::{Entity, FileId, Project};
use rustc_hash::FxHashMap;

use super::things::{ModelKey, Thing};
use crate::registries::{ModelId, ModelRef, Registries, Relation};
use crate::views::values::is_request;

/// How models are linked, seen from the side that does not say so.
pub(super) struct Kin {
    pub(super) user: ModelKey,
    pub(super) reverse: FxHashMap<(ModelKey, String), Thing>,
    stores: FxHashMap<FileId, Stores>,
    /// Receivers of the signals of the project.
    pub(super) receivers: FxHashMap<Entity, Vec<(FileId, FunctionId)>>,
    on_requests: Option<FxHashMap<String, Vec<Store>>>,
}

/// What methods store under a name of their instance, and which do.
type Stores = FxHashMap<(ClassId, Sym), Vec<(FunctionId, ValueId)>>;

/// Where something is stored, and what.
type Store = (FileId, FunctionId, ValueId);

/// Places beyond which nobody looks for what a request was given.
const MOST_STORES: usize = 8;

impl Kin {
    pub(super) fn of(project: &Project, registries: &Registries) -> Self {
        let user = match registries.user {
            Some(id) => ModelKey::Own(id),
            None => ModelKey::Outside(project.symbol_of("django.contrib.auth.models.User")),
        };
        let mut reverse = FxHashMap::default();
        for (at, model) in registries.models.iter().enumerate() {
            if model.is_abstract {
                continue;
            }
            let own = ModelKey::Own(ModelId::from_index(at));
            for field in &model.fields {
                let Some((relation, to)) = &field.relation else { continue };
                let to = key(project, registries, user, to);
                let lower = model.name.to_lowercase();
                let name = match (&field.related_name, relation) {
                    (Some(name), _) => name.replace("%(class)s", &lower),
                    (None, Relation::One) => lower,
                    (None, _) => format!("{lower}_set"),
                };
                let thing = match relation {
                    Relation::One => Thing::Row(own),
                    Relation::Many => Thing::Rows(own),
                    Relation::ManyToMany => Thing::Linked { owner: own, of: own },
                };
                reverse.entry((to, name)).or_insert(thing);
            }
        }
        let mut receivers: FxHashMap<Entity, Vec<_>> = FxHashMap::default();
        for row in &registries.background {
            for signal in &row.signals {
                receivers.entry(*signal).or_default().push(row.function);
            }
        }
        Self { user, reverse, stores: FxHashMap::default(), receivers, on_requests: None }
    }

    /// Where the project stores something under a name of a request.
    pub(super) fn put_on_requests(&mut self, project: &Project, name: &str) -> Vec<Store> {
        let found = self.on_requests.get_or_insert_with(|| {
            let mut found: FxHashMap<String, Vec<Store>> = FxHashMap::default();
            for file in project.files() {
                let ir = project.ir(file);
                if ir.strings.find("request").is_none() {
                    continue;
                }
                for (function, record) in ir.functions() {
                    for effect in &ir.effects[record.effects] {
                        let EffectKind::StoreAttr { object, name, value } = effect.kind else {
                            continue;
                        };
                        if !is_request(ir, object) {
                            continue;
                        }
                        let places = found.entry(ir.str(name).to_owned()).or_default();
                        if places.len() < MOST_STORES {
                            places.push((file, function, value));
                        }
                    }
                }
            }
            found
        });
        found.get(name).cloned().unwrap_or_default()
    }

    /// What methods of a class store under a name of their instance, and which do.
    pub(super) fn stored(
        &mut self,
        ir: &FileIr,
        file: FileId,
        class: ClassId,
        name: Sym,
    ) -> Vec<(FunctionId, ValueId)> {
        let stores = self.stores.entry(file).or_insert_with(|| {
            let mut stores = Stores::default();
            for (id, function) in ir.functions() {
                let Some(class) = function.class else { continue };
                for effect in &ir.effects[function.effects] {
                    if let EffectKind::StoreAttr { object, name, value } = effect.kind
                        && ir.value(ir.bare(object)) == Value::Param(0)
                    {
                        stores.entry((class, name)).or_default().push((id, value));
                    }
                }
            }
            stores
        });
        stores.get(&(class, name)).cloned().unwrap_or_default()
    }
}

/// The model that a reference is to.
pub(super) fn key(
    project: &Project,
    registries: &Registries,
    user: ModelKey,
    of: &ModelRef,
) -> ModelKey {
    match of {
        reference if registries.is_user(reference) => user,
        ModelRef::Own(id) => ModelKey::Own(*id),
        ModelRef::Outside(name) => ModelKey::Outside(project.symbol_of(name)),
        ModelRef::Unknown => ModelKey::Unknown,
    }
}
