//! What classes leave of the rows of an API that filter them: `filter_backends = [OwnOrders]`.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{BinaryOp, ClassId, EffectKind, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::Abstract;

use crate::formula::Formula;
use crate::reader::{Ask, Bound, Frame, Reader};
use crate::scope::Query;

/// Methods of a view that run before its rows are filtered.
const STORING: &[&str] = &["get_queryset", "initial", "filter_queryset"];

/// Lists inside each other beyond which none is followed.
const DEEPEST: usize = 12;

impl Reader<'_> {
    /// The rows that the filters of a view leave.
    pub(crate) fn through_backends(&self, of: ClassRef, ask: &Rc<Ask>, rows: Query) -> Query {
        let mut rows = rows;
        for (file, class) in self.backends(of, ask) {
            let by = ClassRef::Project(file, class);
            let Some((file, function)) = self.method(by, "filter_queryset") else { continue };
            let params = vec![
                Bound::Itself,
                Bound::Text(Arc::from("request")),
                Bound::Query(rows.clone()),
                Bound::Text(Arc::from("view")),
            ];
            let frame = self.with(file, function, Some(by), ask, params, 1);
            let result = self.ir(file).function(function).result;
            if let Some(left) = result.and_then(|result| self.query(&frame, result)) {
                rows = left;
            }
        }
        rows
    }

    /// The classes of the project that filter the rows of a view: those that it names, else those of
    /// the settings.
    fn backends(&self, of: ClassRef, ask: &Rc<Ask>) -> Vec<(FileId, ClassId)> {
        let mut found = Vec::new();
        // `self.filter_backends = […]`, before the rows are filtered.
        for name in STORING {
            let Some((file, function)) = self.method(of, name) else { continue };
            let frame = self.entry(file, function, Some(of), ask, None);
            let ir = self.ir(file);
            let stored =
                ir.effects[ir.function(function).effects].iter().rev().find_map(|effect| {
                    let EffectKind::StoreAttr { object, name, value } = effect.kind else {
                        return None;
                    };
                    let is_it = ir.str(name) == "filter_backends"
                        && self.is_itself(&frame, object)
                        && self.path(&frame, effect.path, false) != Some(Formula::Never);
                    is_it.then_some(value)
                });
            if let Some(list) = stored {
                self.backends_in(&frame, list, &mut found, 0);
                return found;
            }
        }
        match self.attribute_of(of, ask, "filter_backends") {
            Some((file, list)) => {
                self.backends_in(&self.outside(file, ask), list, &mut found, 0);
            }
            None => found.extend(self.default_backends()),
        }
        found
    }

    fn default_backends(&self) -> Vec<(FileId, ClassId)> {
        let Some(list) = self.framework("DEFAULT_FILTER_BACKENDS") else { return Vec::new() };
        let Abstract::Seq(seq) = &list.value else { return Vec::new() };
        let named = seq.items.iter().filter_map(|item| item.value.as_str());
        let classes = named.filter_map(|dotted| match self.project.find(dotted) {
            Entity::Class(file, class) => Some((file, class)),
            _ => None,
        });
        classes.collect()
    }

    fn backends_in(
        &self,
        frame: &Rc<Frame>,
        list: ValueId,
        found: &mut Vec<(FileId, ClassId)>,
        depth: usize,
    ) {
        if depth > DEEPEST || !self.step() {
            return;
        }
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(list)) {
            Value::List(items) | Value::Tuple(items) => {
                for item in &ir.items[items] {
                    self.backends_in(frame, item.value, found, depth + 1);
                }
            }
            Value::Binary { op: BinaryOp::Add, left, right } => {
                self.backends_in(frame, left, found, depth + 1);
                self.backends_in(frame, right, found, depth + 1);
            }
            _ => match self.project.definition(frame.file, list) {
                Entity::Class(file, class) => {
                    self.saw(file, self.ir(file).class(class).span);
                    found.push((file, class));
                }
                Entity::Value(file, at) if (file, at) != (frame.file, list) => {
                    self.backends_in(&self.outside(file, &frame.ask), at, found, depth + 1);
                }
                // `generics.GenericAPIView.filter_backends`, `api_settings.DEFAULT_FILTER_BACKENDS`
                Entity::External(symbol)
                    if [".filter_backends", ".DEFAULT_FILTER_BACKENDS"]
                        .iter()
                        .any(|tail| self.project.symbol(symbol).ends_with(tail)) =>
                {
                    found.extend(self.default_backends());
                }
                _ => {}
            },
        }
    }
}
