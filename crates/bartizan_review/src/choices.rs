//! Which rows a form or a serializer lets a visitor choose from.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{ArgKind, ClassId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::formula::Formula;
use crate::reader::{Ask, Frame, Reader};
use crate::scope::Query;
use crate::walk::Walked;

/// What stands before the name of a field whose rows are chosen from.
pub(crate) const OF: &str = "choices of ";

impl Reader<'_> {
    /// The rows that the fields of a form or serializer offer, where its code says so.
    pub(crate) fn choices_of(&self, file: FileId, class: ClassId, ask: &Rc<Ask>) -> Vec<Query> {
        let of = ClassRef::Project(file, class);
        let mut found = Vec::new();
        if !self.is_form(of) {
            return found;
        }
        for base in self.project.mro(of).classes.iter().rev() {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.ir(file);
            let body = ir.function(ir.class(class).body);
            for binding in &ir.bindings[body.bindings] {
                let Value::Call { callee, args } = ir.value(ir.bare(binding.value)) else {
                    continue;
                };
                // A field of the project that chooses its rows itself.
                if let Entity::Class(at, of) = self.project.definition(file, callee)
                    && let of = ClassRef::Project(at, of)
                    && let Some((at, function)) = self.method(of, "get_queryset")
                    && let Some(result) = self.ir(at).function(function).result
                    && let Some(query) =
                        self.query(&self.entry(at, function, Some(of), ask, None), result)
                {
                    put(&mut found, named(ir.str(binding.name), query));
                }
                let given = ir.args[args].iter().find(
                    |arg| matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == "queryset"),
                );
                let Some(given) = given else { continue };
                if let Some(query) = self.query(&self.outside(file, ask), given.value) {
                    put(&mut found, named(ir.str(binding.name), query));
                }
            }
        }
        let mut walked = Walked::default();
        for method in ["__init__", "get_fields"] {
            if let Some((file, function)) = self.method(of, method) {
                let frame = self.entry(file, function, Some(of), ask, None);
                self.walk(&frame, &Formula::Always, &mut walked);
            }
        }
        // What code sets comes after what is declared.
        for query in walked.queries.into_iter().filter(|query| query.model.starts_with(OF)) {
            put(&mut found, query);
        }
        found
    }

    /// The rows that code lets a field offer: `self.fields["order"].queryset = …`
    pub(crate) fn offered(
        &self,
        frame: &Rc<Frame>,
        object: ValueId,
        rows: ValueId,
    ) -> Option<Query> {
        let ir = self.ir(frame.file);
        let mut at = ir.bare(object);
        if let Value::Attr { of, name } = ir.value(at)
            && ir.str(name) == "child_relation"
        {
            at = ir.bare(of);
        }
        let key = match ir.value(at) {
            Value::Index { key, .. } => key,
            // `fields.get("order")`
            Value::Call { args, .. } => ir.args[args].first()?.value,
            _ => return None,
        };
        let names = self.strings(frame, key)?;
        let [field] = names.as_slice() else { return None };
        Some(named(field, self.query(frame, rows)?))
    }
}

fn named(field: &str, query: Query) -> Query {
    Query { model: Arc::from(format!("{OF}{field}")), ..query }
}

fn put(found: &mut Vec<Query>, query: Query) {
    found.retain(|known| known.model != query.model);
    found.push(query);
}
