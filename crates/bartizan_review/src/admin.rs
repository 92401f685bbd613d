//! The admin's pages: who gets to them, and which actions they offer.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{ArgKind, ClassId, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::formula::{Formula, STAFF};
use crate::models::outside;
use crate::outcomes::Outcome;
use crate::reader::{Ask, Reader, Site};
use crate::scope::Query;
use crate::site::SiteWide;
use crate::view::{Seen, all_deeds};
use crate::walk::Walked;

/// An admin class, and the model that it is for.
pub(crate) struct Admin {
    pub(crate) file: FileId,
    pub(crate) class: ClassId,
    pub(crate) model: Option<(FileId, ClassId)>,
    pub(crate) model_name: String,
}

impl Reader<'_> {
    /// The admin classes of the project.
    pub(crate) fn admins(&self) -> Vec<Admin> {
        let mut registered: BTreeMap<(FileId, ClassId), (FileId, ValueId)> = BTreeMap::new();
        for file in self.project.files() {
            let ir = self.ir(file);
            let Some(register) = ir.strings.find("register") else { continue };
            for value in &ir.values {
                let Value::Call { callee, args } = value else { continue };
                let Value::Attr { name, .. } = ir.value(ir.bare(*callee)) else { continue };
                if name != register {
                    continue;
                }
                if let [model, admin, ..] = &ir.args[*args]
                    && let Entity::Class(at, class) = self.project.definition(file, admin.value)
                {
                    registered.insert((at, class), (file, model.value));
                }
            }
        }
        let mut found = Vec::new();
        for (file, class) in self.project.classes().iter().copied() {
            let of = ClassRef::Project(file, class);
            let is_admin = outside(self.project, of).any(|base| {
                let last = base.rsplit('.').next().unwrap_or(base);
                last.ends_with("Admin") || last.ends_with("Inline")
            });
            if !is_admin {
                continue;
            }
            let ir = self.ir(file);
            let record = ir.class(class);
            let by_decorator = ir.ids[record.decorators].iter().find_map(|by| {
                let Value::Call { callee, args } = ir.value(ir.bare(*by)) else { return None };
                let called = match ir.value(ir.bare(callee)) {
                    Value::Attr { name, .. } | Value::Global { name, .. } => ir.str(name),
                    Value::Import { name: Some(name), .. } => ir.str(name),
                    _ => return None,
                };
                (called == "register")
                    .then(|| ir.args[args].first().map(|arg| (file, arg.value)))?
            });
            let by_attribute = || {
                let member = self.project.lookup_member(of, "model")?;
                Some((member.class.0, member.value))
            };
            let named = by_decorator
                .or_else(|| registered.get(&(file, class)).copied())
                .or_else(by_attribute);
            let Some((at, value)) = named else { continue };
            let model = match self.project.definition(at, value) {
                Entity::Class(file, class) => Some((file, class)),
                _ => None,
            };
            let model_name = match model {
                Some((file, class)) => {
                    let ir = self.ir(file);
                    ir.str(ir.class(class).name).to_owned()
                }
                None => {
                    let ask = Rc::new(Ask::default());
                    self.text(&self.outside(at, &ask), value)
                }
            };
            found.push(Admin { file, class, model, model_name });
        }
        found
    }

    /// What an admin class asks and does for one method.
    pub(crate) fn see_admin(&self, admin: &Admin, site: &SiteWide, ask: &Rc<Ask>) -> Seen {
        self.refuel();
        let of = ClassRef::Project(admin.file, admin.class);
        let place = (admin.file, self.ir(admin.file).class(admin.class).name_span);
        self.saw(admin.file, self.ir(admin.file).class(admin.class).span);
        let permission = |name: &str| match self.method(of, name) {
            Some((file, function)) => {
                let frame = self.entry(file, function, Some(of), ask, None);
                self.result(&frame)
            }
            None => self.atom(format!("perm:{name} {}", admin.model_name), place),
        };
        let asked = match ask.method {
            "GET" => permission("has_view_permission"),
            "DELETE" => permission("has_delete_permission"),
            "PUT" => permission("has_add_permission"),
            _ => permission("has_change_permission"),
        };
        let staff = self.atom(STAFF, place);
        let access = self.through_site(site, false, ask).0.and(staff).and(asked);
        let mut queries = Vec::new();
        if let Some((file, function)) = self.method(of, "get_queryset") {
            let frame = self.entry(file, function, Some(of), ask, None);
            if let Some(result) = self.ir(file).function(function).result {
                queries.extend(self.query(&frame, result));
            }
        }
        if queries.is_empty() {
            let model = Arc::from(admin.model_name.as_str());
            queries.push(Query { model, formula: Formula::Always });
        }
        let model = admin.model.map(|(file, class)| ClassRef::Project(file, class));
        let mut fields = self.admin_fields(admin.file, admin.class, model, ask);
        let mut walked = Walked::default();
        for name in by_method(ask.method) {
            if let Some((file, function)) = self.method(of, name) {
                let frame = self.entry(file, function, Some(of), ask, None);
                self.walk(&frame, &Formula::Always, &mut walked);
            }
        }
        let deeds = all_deeds(walked.deeds, &mut fields);
        Seen {
            own: access.clone(),
            access,
            authentication: None,
            known: Formula::Always,
            queries,
            by_itself: Vec::new(),
            fields,
            throttles: BTreeSet::new(),
            csrf: site.csrf,
            deeds,
            around: Formula::Always,
            outcomes: Vec::new(),
        }
    }

    /// The actions of an admin class, and what each asks.
    pub(crate) fn admin_actions(&self, admin: &Admin, ask: &Rc<Ask>) -> Vec<AdminAction> {
        let of = ClassRef::Project(admin.file, admin.class);
        let mut functions: Vec<(FileId, FunctionId)> = Vec::new();
        for base in &self.project.mro(of).classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.ir(file);
            let body = ir.function(ir.class(class).body);
            for binding in &ir.bindings[body.bindings] {
                if let Entity::Function(file, function) =
                    self.project.definition(file, binding.value)
                {
                    functions.push((file, function));
                }
            }
            if let Some(name) = ir.strings.find("actions")
                && let Some(binding) = ir.binding(ir.class(class).body, name)
                && let Value::List(items) | Value::Tuple(items) = ir.value(ir.bare(binding.value))
            {
                for item in &ir.items[items] {
                    if let Entity::Function(file, function) =
                        self.project.definition(file, item.value)
                    {
                        functions.push((file, function));
                    }
                }
            }
        }
        let mut found = Vec::new();
        for (file, function) in functions {
            let ir = self.ir(file);
            let record = ir.function(function);
            for by in &ir.ids[record.decorators] {
                let by = ir.bare(*by);
                let (callee, args) = match ir.value(by) {
                    Value::Call { callee, args } => (callee, Some(args)),
                    _ => (by, None),
                };
                let called = match ir.value(ir.bare(callee)) {
                    Value::Attr { name, .. } => ir.str(name),
                    Value::Import { name: Some(name), .. } => ir.str(name),
                    Value::Global { name, .. } => ir.str(name),
                    _ => continue,
                };
                if called != "action" {
                    continue;
                }
                let frame = self.outside(file, ask);
                let perms = args.and_then(|args| {
                    ir.args[args].iter().find_map(|arg| match arg.kind {
                        ArgKind::Keyword(name) if ir.str(name) == "permissions" => {
                            self.strings(&frame, arg.value)
                        }
                        _ => None,
                    })
                });
                let place = (file, ir.span(by));
                self.saw(place.0, place.1);
                let inner = self.entry(file, function, Some(of), ask, None);
                let mut walked = Walked::default();
                self.walk(&inner, &Formula::Always, &mut walked);
                let asked = Formula::all(perms.unwrap_or_default().iter().map(|perm| {
                    self.atom(format!("perm:has_{perm}_permission {}", admin.model_name), place)
                }));
                found.push(AdminAction {
                    name: ir.str(record.name).to_owned(),
                    place: (file, record.name_span),
                    access: asked.clone().and(walked.access()),
                    around: asked,
                    outcomes: self.outcomes_of(&inner),
                });
            }
        }
        found
    }
}

/// An action of an admin class.
pub(crate) struct AdminAction {
    pub(crate) name: String,
    pub(crate) place: Site,
    /// Who gets through, besides being staff.
    pub(crate) access: Formula,
    /// Who gets to it at all.
    pub(crate) around: Formula,
    pub(crate) outcomes: Vec<Outcome>,
}

/// Methods of an admin class that run for a request, besides those that are asked for permission.
fn by_method(method: &str) -> &'static [&'static str] {
    match method {
        "GET" => &["changelist_view", "change_view"],
        "DELETE" => &["delete_view", "delete_model"],
        "PUT" => &["add_view", "save_model"],
        _ => &["changelist_view", "change_view", "save_model", "save_formset"],
    }
}
