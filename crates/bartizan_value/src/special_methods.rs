//! What objects of the project's own classes answer by their special methods: `__bool__`, `__getitem__`,
//! `__call__`.

use bartizan_ir::{BinaryOp, CompareOp, ValueId};

use crate::calls::Args;
use crate::domain::{Abstract, Constant, Evaluated, Symbol};
use crate::operators;
use crate::reason::Reason;
use crate::session::{Act, Session};

impl Session<'_> {
    /// What a special method of an object gives; `None` where the value is no object of a class that is
    /// all written in the project, or its class has no such method.
    pub(crate) fn special(
        &mut self,
        at: Act,
        id: ValueId,
        of: &Evaluated,
        name: &str,
        args: &Args,
    ) -> Option<Evaluated> {
        let (file, class, closure) = self.own_class_of(of)?;
        self.world.member(file, class, name)?;
        Some(match self.bound_method((file, class, closure), of, name, args) {
            Ok((method, args)) => self.apply(at, id, &method, args),
            Err(reason) => self.unknown(at, id, reason),
        })
    }

    /// The class of an object, where it and all its bases are written in the project, and nothing but
    /// their bodies makes them what they are.
    fn own_class_of(
        &self,
        of: &Evaluated,
    ) -> Option<(crate::FileId, bartizan_ir::ClassId, crate::domain::Closure)> {
        let Abstract::Apply(made) = &of.value else { return None };
        let Symbol::Class(file, class, closure) = &made.symbol else { return None };
        let is_own = self.outside.is_none()
            && !self.world.has_base_outside(*file, *class)
            && !self.world.is_enumeration(*file, *class)
            && self.world.ir(*file).class(*class).decorators.is_empty();
        is_own.then_some((*file, *class, *closure))
    }

    /// Whether a value is true, asking objects for it.
    pub(crate) fn truth_of(
        &mut self,
        at: Act,
        id: ValueId,
        value: &Evaluated,
    ) -> Result<bool, Reason> {
        if self.own_class_of(value).is_none() {
            if let Some(truth) = crate::standard::durations::truth(&value.value) {
                return Ok(truth);
            }
            return operators::truth(&value.value);
        }
        if let Some(answer) = self.special(at, id, value, "__bool__", &Args::default()) {
            return match &answer.value {
                Abstract::Const(Constant::Bool(truth)) => Ok(*truth),
                Abstract::Const(_) => Err(operators::TYPE_ERROR),
                other => Err(crate::format::reason_of(other)),
            };
        }
        match self.special(at, id, value, "__len__", &Args::default()) {
            Some(length) => Ok(operators::integer(&length.value)? != 0),
            None => Ok(true),
        }
    }

    /// `left op right`, where the left side is an object that has an answer.
    pub(crate) fn special_operator(
        &mut self,
        at: Act,
        id: ValueId,
        op: BinaryOp,
        left: &Evaluated,
        right: &Evaluated,
    ) -> Option<Evaluated> {
        let name = match op {
            BinaryOp::Add => "__add__",
            BinaryOp::Sub => "__sub__",
            BinaryOp::Mult => "__mul__",
            BinaryOp::BitOr => "__or__",
            BinaryOp::BitAnd => "__and__",
            BinaryOp::Mod => "__mod__",
            BinaryOp::Div => "__truediv__",
            BinaryOp::FloorDiv => "__floordiv__",
            _ => return None,
        };
        let answer = self.special(at, id, left, name, &Args::positional(vec![right.clone()]))?;
        Some(self.unless_not_implemented(at, id, answer))
    }

    /// A comparison that an object has an answer to.
    pub(crate) fn special_comparison(
        &mut self,
        at: Act,
        id: ValueId,
        op: CompareOp,
        left: &Evaluated,
        right: &Evaluated,
    ) -> Option<Result<bool, Reason>> {
        let (name, is_negated) = match op {
            CompareOp::Eq => ("__eq__", false),
            CompareOp::NotEq => match self.has_special(left, "__ne__") {
                true => ("__ne__", false),
                false => ("__eq__", true),
            },
            CompareOp::Lt => ("__lt__", false),
            CompareOp::LtE => ("__le__", false),
            CompareOp::Gt => ("__gt__", false),
            CompareOp::GtE => ("__ge__", false),
            CompareOp::In | CompareOp::NotIn => {
                let args = Args::positional(vec![left.clone()]);
                let answer = self.special(at, id, right, "__contains__", &args)?;
                let truth = self.truth_of(at, id, &answer);
                return Some(truth.map(|truth| truth == (op == CompareOp::In)));
            }
            CompareOp::Is | CompareOp::IsNot => return None,
        };
        if let Some(found) = crate::standard::durations::compare(op, &left.value, &right.value) {
            return Some(Ok(found));
        }
        let answer = self.special(at, id, left, name, &Args::positional(vec![right.clone()]))?;
        let answer = self.unless_not_implemented(at, id, answer);
        Some(match &answer.value {
            Abstract::Const(Constant::Bool(truth)) => Ok(*truth != is_negated),
            Abstract::Const(_) => Err(Reason::NotFollowed("a comparison that is no truth")),
            other => Err(crate::format::reason_of(other)),
        })
    }

    fn has_special(&self, of: &Evaluated, name: &str) -> bool {
        self.own_class_of(of)
            .is_some_and(|(file, class, _)| self.world.member(file, class, name).is_some())
    }

    /// Where the left side passes, the right one is asked: that is left to others.
    fn unless_not_implemented(&self, at: Act, id: ValueId, answer: Evaluated) -> Evaluated {
        match &answer.value {
            Abstract::Ref(Symbol::External(name)) if &**name == "builtins.NotImplemented" => {
                self.unknown(at, id, Reason::NotFollowed("an operator of the right side"))
            }
            _ => answer,
        }
    }
}
