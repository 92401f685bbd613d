//! What classes leave of the rows of an API that filter them: `filter_backends = [OwnOrders]`.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{BinaryOp, ClassId, EffectKind, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::Abstract;

use crate::formula::Formula;
use crate::reader::{Ask, Bound, Frame, Reader, Site};
use crate::scope::Query;

/// Lists inside each other beyond which none is followed.
const DEEPEST: usize = 12;

/// Classes of packages that leave whoever asks the rows that he has a permission for.
const BY_PERMISSION: &[&str] = &["ObjectPermissionsFilter", "DjangoObjectPermissionsFilter"];

/// What filters the rows of a view.
enum Backend {
    /// A class of the project.
    Own(FileId, ClassId),
    /// A package's, that asks for permissions; named there.
    ByPermission(Site),
}

impl Reader<'_> {
    /// The rows that the filters of a view leave.
    pub(crate) fn through_backends(&self, of: ClassRef, ask: &Rc<Ask>, rows: Query) -> Query {
        let mut own = Vec::new();
        match self.attribute_of(of, ask, "filter_backends") {
            Some((file, list)) => {
                self.backends_in(&self.outside(file, ask), list, &mut own, 0);
            }
            None => own.extend(self.default_backends()),
        }
        let mut left = self.left_by(&own, ask, rows.clone());
        // `self.filter_backends = …` in the code that is asked for the rows.
        let Some((file, function)) = self.method(of, "get_queryset") else { return left };
        let ir = self.ir(file);
        let frame = self.entry(file, function, Some(of), ask, None);
        for effect in &ir.effects[ir.function(function).effects] {
            let EffectKind::StoreAttr { object, name, value } = effect.kind else { continue };
            if ir.str(name) != "filter_backends" || !self.is_itself(&frame, object) {
                continue;
            }
            let path = match self.path(&frame, effect.path, false) {
                None | Some(Formula::Never) => continue,
                Some(path) => path,
            };
            let mut stored = Vec::new();
            self.backends_in(&frame, value, &mut stored, 0);
            let stored = self.left_by(&stored, ask, rows.clone()).formula;
            left.formula = path.clone().and(stored).or(path.negated().and(left.formula));
        }
        left
    }

    fn left_by(&self, backends: &[Backend], ask: &Rc<Ask>, rows: Query) -> Query {
        backends.iter().fold(rows, |rows, backend| self.left_by_one(backend, ask, rows))
    }

    fn left_by_one(&self, backend: &Backend, ask: &Rc<Ask>, rows: Query) -> Query {
        let (file, class) = match *backend {
            Backend::Own(file, class) => (file, class),
            Backend::ByPermission(at) => {
                let may = self.atom(format!("{}.permits view to request.user", rows.model), at);
                return Query { formula: rows.formula.and(may), ..rows };
            }
        };
        let by = ClassRef::Project(file, class);
        let Some((file, function)) = self.method(by, "filter_queryset") else { return rows };
        let params = vec![
            Bound::Itself,
            Bound::Text(Arc::from("request")),
            Bound::Query(rows.clone()),
            Bound::Text(Arc::from("view")),
        ];
        let frame = self.with(file, function, Some(by), ask, params, 1);
        let result = self.ir(file).function(function).result;
        result.and_then(|result| self.query(&frame, result)).unwrap_or(rows)
    }

    /// What filters where a view says nothing.
    fn default_backends(&self) -> Vec<Backend> {
        let Some(list) = self.framework("DEFAULT_FILTER_BACKENDS") else { return Vec::new() };
        let Abstract::Seq(seq) = &list.value else { return Vec::new() };
        let classes = seq.items.iter().filter_map(|item| {
            let at = (item.site.file, self.ir(item.site.file).span(item.site.node));
            self.backend(self.project.find(item.value.as_str()?), at)
        });
        classes.collect()
    }

    fn backend(&self, of: Entity, at: Site) -> Option<Backend> {
        match of {
            Entity::Class(file, class) => {
                self.saw(file, self.ir(file).class(class).span);
                Some(Backend::Own(file, class))
            }
            Entity::External(symbol) => {
                let dotted = self.project.symbol(symbol);
                let last = dotted.rsplit('.').next().unwrap_or(dotted);
                BY_PERMISSION.contains(&last).then_some(Backend::ByPermission(at))
            }
            _ => None,
        }
    }

    /// The classes in a list of filters.
    fn backends_in(
        &self,
        frame: &Rc<Frame>,
        list: ValueId,
        found: &mut Vec<Backend>,
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
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                self.backends_in(frame, mutation.receiver, found, depth + 1);
                for arg in &ir.args[mutation.args] {
                    self.backends_in(frame, arg.value, found, depth + 1);
                }
            }
            // `list(OrderViewSet.filter_backends)`
            Value::Call { args, .. } => {
                if let [only] = &ir.args[args] {
                    self.backends_in(frame, only.value, found, depth + 1);
                }
            }
            _ => {
                if let Some((file, at)) = self.own_attribute(frame, list) {
                    return self.backends_in(&self.outside(file, &frame.ask), at, found, depth + 1);
                }
                match self.project.definition(frame.file, list) {
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
                    of => found.extend(self.backend(of, (frame.file, ir.span(list)))),
                }
            }
        }
    }
}
