//! Which methods and actions of a class an endpoint asks for.

use std::rc::Rc;

use bartizan_django::endpoints::Endpoint;
use bartizan_ir::{ArgKind, ClassId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::Abstract;

use crate::models::outside;
use crate::reader::{Ask, Reader};
use crate::target::Target;

/// An action that a viewset has beside the usual ones.
pub(crate) struct Action {
    pub(crate) name: String,
    pub(crate) url_name: String,
    pub(crate) path: String,
    pub(crate) overrides: Vec<(String, FileId, ValueId)>,
}

impl Reader<'_> {
    /// The methods that a class lets through, where it says so.
    pub(crate) fn allowed_methods(&self, file: FileId, class: ClassId) -> Option<Vec<String>> {
        let list = self.attribute_value(file, class, "http_method_names")?;
        let Abstract::Seq(seq) = &list.value else { return None };
        let names = seq.items.iter().filter_map(|item| item.value.as_str());
        Some(names.map(str::to_ascii_uppercase).collect())
    }

    /// `@action(detail=True, permission_classes=[…])`
    pub(crate) fn actions(&self, of: ClassRef) -> Vec<Action> {
        let mut found: Vec<Action> = Vec::new();
        for base in &self.project.mro(of).classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.ir(file);
            let body = ir.function(ir.class(class).body);
            for binding in &ir.bindings[body.bindings] {
                let Entity::Function(file, function) = self.project.definition(file, binding.value)
                else {
                    continue;
                };
                let ir = self.ir(file);
                let name = ir.str(ir.function(function).name).to_owned();
                if found.iter().any(|known| known.name == name) {
                    continue;
                }
                for by in &ir.ids[ir.function(function).decorators] {
                    let Value::Call { callee, args } = ir.value(ir.bare(*by)) else { continue };
                    let Entity::External(symbol) = self.project.definition(file, callee) else {
                        continue;
                    };
                    if !self.project.symbol(symbol).ends_with("decorators.action") {
                        continue;
                    }
                    let mut action = Action {
                        url_name: name.replace('_', "-"),
                        path: name.clone(),
                        name: name.clone(),
                        overrides: Vec::new(),
                    };
                    for arg in &ir.args[args] {
                        let ArgKind::Keyword(key) = arg.kind else { continue };
                        let text = match ir.value(ir.bare(arg.value)) {
                            Value::Str(text) => Some(ir.str(text).to_owned()),
                            _ => None,
                        };
                        match (ir.str(key), text) {
                            ("url_name", Some(text)) => action.url_name = text,
                            ("url_path", Some(text)) => action.path = text,
                            (key, _) => action.overrides.push((key.to_owned(), file, arg.value)),
                        }
                    }
                    found.push(action);
                }
            }
        }
        found
    }

    /// What is asked for one method of an endpoint of a viewset or another class.
    pub(crate) fn class_ask(
        &self,
        file: FileId,
        class: ClassId,
        endpoint: &Endpoint,
        target: &Target,
        method: &'static str,
    ) -> Ask {
        let of = ClassRef::Project(file, class);
        let route = Some((endpoint.route.clone(), endpoint.name.clone()));
        let mut ask = Ask { method, route, overrides: target.overrides.clone(), ..Ask::default() };
        ask.model = self.view_model(file, class);
        ask.view = Some(of);
        let is_viewset = outside(self.project, of)
            .any(|base| base.ends_with("ViewSet") || base.ends_with("ViewSetMixin"));
        if let Some((_, action)) = target.actions.iter().find(|(known, _)| known == method) {
            ask.action = Some(action.clone());
            return ask;
        }
        if !is_viewset {
            return ask;
        }
        let url_name = endpoint.name.as_deref().unwrap_or("").rsplit(':').next().unwrap_or("");
        let route = endpoint.route.trim_end_matches('$').trim_end_matches('/');
        let actions = self.actions(of);
        let named = actions.into_iter().filter(|action| {
            url_name.ends_with(&format!("-{}", action.url_name))
                && (route.ends_with(&action.path) || route.contains(&format!("/{}", action.path)))
        });
        // `team-delete-invite` is no `invite`.
        let extra = named.max_by_key(|action| action.url_name.len());
        if let Some(extra) = extra {
            ask.action = Some(extra.name);
            ask.overrides.extend(extra.overrides);
            return ask;
        }
        let is_list = url_name.ends_with("-list") || !route.contains('<');
        ask.action = Some(
            match (method, is_list) {
                ("GET", true) => "list",
                ("GET", false) => "retrieve",
                ("POST", _) => "create",
                ("PUT", _) => "update",
                ("PATCH", _) => "partial_update",
                _ => "destroy",
            }
            .to_owned(),
        );
        ask
    }

    /// The model that a class-based view is about.
    pub(crate) fn view_model(&self, file: FileId, class: ClassId) -> Option<String> {
        let of = ClassRef::Project(file, class);
        let ask = Rc::new(Ask::default());
        let frame = self.outside(file, &ask);
        if let Some(query) = self.class_rows(of, &frame) {
            return Some(query.model.to_string());
        }
        let (file, function) = self.method(of, "get_queryset")?;
        let frame = self.entry(file, function, Some(of), &ask, None);
        let result = self.ir(file).function(function).result?;
        self.query(&frame, result).map(|query| query.model.to_string())
    }
}
