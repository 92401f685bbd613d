//! Enumerations: classes whose members are objects of their own, each with a name and a value.

use std::sync::Arc;

use bartizan_ir::{ClassId, CompareOp, ValueId};

use crate::FileId;
use crate::calls::Args;
use crate::domain::{Abstract, Apply, Closure, Evaluated, Symbol};
use crate::operators;
use crate::reason::Reason;
use crate::session::{Act, Session};

/// The name under which a member keeps its own.
const NAME: &str = "_name_";

/// The same of its value.
const VALUE: &str = "_value_";

/// The same of whether it is its value as well: of `class Stage(str, Enum)`.
const MIXED: &str = "_mixed_";

/// Bases that make an enumeration of a class, and whether its members are their values, too.
const BASES: &[(&str, bool)] = &[
    ("enum.Enum", false),
    ("enum.IntEnum", true),
    ("enum.StrEnum", true),
    ("django.db.models.IntegerChoices", true),
    ("django.db.models.TextChoices", true),
    ("django.db.models.enums.IntegerChoices", true),
    ("django.db.models.enums.TextChoices", true),
];

/// Names in the body of a class with which it makes its members in a way of its own.
const OWN_WAYS: &[&str] = &[
    "__new__",
    "__init__",
    "__eq__",
    "__hash__",
    "_generate_next_value_",
    "_ignore_",
    "_missing_",
    "_order_",
];

type Class = (FileId, ClassId, Closure);

impl Session<'_> {
    /// What an enumeration of a plain kind has under a name; `None` where it is of another kind, or
    /// that is no member.
    pub(crate) fn member_of_enumeration(
        &mut self,
        at: Act,
        id: ValueId,
        class: Class,
        name: &str,
    ) -> Option<Evaluated> {
        let members = self.members(at, id, class)?;
        members.into_iter().find(|(known, _)| known == name).map(|(_, member)| member)
    }

    /// `Stage("live")`: the member of that value.
    pub(crate) fn enumeration_of(
        &mut self,
        at: Act,
        id: ValueId,
        class: Class,
        args: &Args,
    ) -> Evaluated {
        let unknown = Reason::NotFollowed("an enumeration of its own kind");
        let (Ok(wanted), Some(members)) = (args.only(), self.members(at, id, class)) else {
            return self.unknown(at, id, unknown);
        };
        let wanted = wanted.clone();
        let site = self.site(at, id);
        crate::parts::over(&wanted, site, &mut |wanted| {
            for (_, member) in &members {
                let Some(value) = part(&member.value, VALUE) else { continue };
                match operators::equal(&value.value, &wanted.value) {
                    Ok(true) => return member.clone(),
                    Ok(false) => {}
                    Err(reason) => return self.unknown(at, id, reason),
                }
            }
            self.unknown(at, id, Reason::Raises("ValueError"))
        })
    }

    /// `Stage["LIVE"]`
    pub(crate) fn member_by_key(
        &mut self,
        at: Act,
        id: ValueId,
        class: Class,
        key: &Evaluated,
    ) -> Option<Evaluated> {
        let members = self.members(at, id, class)?;
        let Some(name) = key.value.as_str() else {
            return Some(self.unknown(at, id, crate::format::reason_of(&key.value)));
        };
        let found = members.into_iter().find(|(known, _)| known == name);
        Some(match found {
            Some((_, member)) => member,
            None => self.unknown(at, id, Reason::Raises("KeyError")),
        })
    }

    /// What running through an enumeration gives, where that is one of a plain kind.
    pub(crate) fn members_in_order(
        &mut self,
        at: Act,
        id: ValueId,
        of: &Evaluated,
    ) -> Option<Evaluated> {
        let Abstract::Ref(Symbol::Class(file, class, closure)) = &of.value else { return None };
        if self.outside.is_some() || !self.world.is_enumeration(*file, *class) {
            return None;
        }
        let mut members: Vec<Evaluated> = Vec::new();
        for (name, member) in self.members(at, id, (*file, *class, *closure))? {
            // Other names of a member are left out.
            if part(&member.value, NAME).is_some_and(|own| own.value == Abstract::str(name)) {
                members.push(member);
            }
        }
        Some(self.made(at, id, Abstract::tuple(members)))
    }

    /// What `auto()` stands for: the number after that of the member before, or the name.
    fn counted(
        &self,
        class: Class,
        is_mixed: bool,
        name: &str,
        members: &[(String, Evaluated)],
        auto: Evaluated,
    ) -> Option<Evaluated> {
        let is = |bases: &[&str]| self.world.inherits_by_name(class.0, class.1, bases);
        let value = if is(&["enum.StrEnum"]) {
            Abstract::str(name.to_lowercase())
        } else if !is_mixed || is(&["enum.IntEnum"]) {
            let mut last = 0;
            for (_, member) in members {
                let number = operators::integer(&part(&member.value, VALUE)?.value).ok()?;
                // Releases of Python differ in which of them counts.
                if number < last {
                    return None;
                }
                last = number;
            }
            Abstract::int(last.checked_add(1)?)
        } else {
            return None;
        };
        Some(Evaluated { value, site: auto.site })
    }

    /// All names of an enumeration with their members, where it is of a plain kind: the names of one
    /// value are names of one member.
    fn members(&mut self, at: Act, id: ValueId, class: Class) -> Option<Vec<(String, Evaluated)>> {
        let is_mixed = self.world.kind_of_enumeration(class.0, class.1, BASES, OWN_WAYS)?;
        let ir = self.world.ir(class.0);
        let mut members: Vec<(String, Evaluated)> = Vec::new();
        let symbol = Symbol::Class(class.0, class.1, class.2);
        for name in self.world.names_in_body(class.0, class.1) {
            if name.starts_with('_') {
                continue;
            }
            let member = self.world.member(class.0, class.1, &name)?;
            let value = self.member_value(&member, Some(class.2));
            let value = match (&value.value, is_mixed) {
                // A value and its label.
                (Abstract::Seq(pair), true) => pair.items.first()?.clone(),
                _ => value,
            };
            let value = match is_auto(&value.value) {
                true => self.counted(class, is_mixed, &name, &members, value)?,
                false => value,
            };
            match &value.value {
                // Methods are no members.
                Abstract::Ref(Symbol::Function(..)) => continue,
                _ if is_decorated(ir, member.value) => continue,
                // `auto()` counts, or takes the name: which of them, the kind says.
                value if !value.is_known() => return None,
                _ => {}
            }
            let first = members.iter().find(|(_, known)| {
                let known = part(&known.value, VALUE);
                known.is_some_and(|it| operators::equal(&it.value, &value.value) == Ok(true))
            });
            let made = match first {
                Some((_, first)) => first.clone(),
                None => {
                    let text = |text: &str| self.made(at, id, Abstract::str(text));
                    let args = vec![
                        (Some(Arc::from(NAME)), text(&name)),
                        (Some(Arc::from(VALUE)), value.clone()),
                        (Some(Arc::from(MIXED)), self.made(at, id, Abstract::bool(is_mixed))),
                    ];
                    let made = Abstract::apply(symbol.clone(), args, false);
                    Evaluated { value: made, site: value.site }
                }
            };
            members.push((name, made));
        }
        Some(members)
    }
}

/// `auto()`
fn is_auto(value: &Abstract) -> bool {
    matches!(value, Abstract::Apply(made) if made.args.is_empty() && !made.open
        && matches!(&made.symbol, Symbol::External(name) if &**name == "enum.auto"))
}

fn is_decorated(ir: &bartizan_ir::FileIr, value: ValueId) -> bool {
    matches!(ir.value(ir.bare(value)), bartizan_ir::Value::Decorated { .. })
}

/// What a member keeps under one of its own names.
fn part<'v>(member: &'v Abstract, name: &str) -> Option<&'v Evaluated> {
    let Abstract::Apply(made) = member else { return None };
    is_member(made)
        .then(|| made.args.iter().find(|(known, _)| known.as_deref() == Some(name)))?
        .map(|(_, value)| value)
}

/// Whether an object is a member of an enumeration.
fn is_member(made: &Apply) -> bool {
    made.member_name().is_some()
}

/// `member.name`, `member.value`
pub(crate) fn attribute(member: &Abstract, name: &str) -> Option<Evaluated> {
    match name {
        "name" | "_name_" => part(member, NAME).cloned(),
        "value" | "_value_" => part(member, VALUE).cloned(),
        _ => None,
    }
}

/// `member is other`, `member == other`, where that is known.
pub(crate) fn compared(op: CompareOp, a: &Abstract, b: &Abstract) -> Option<bool> {
    let (wanted, by_value) = match op {
        CompareOp::Is => (true, false),
        CompareOp::Eq => (true, true),
        CompareOp::IsNot => (false, false),
        CompareOp::NotEq => (false, true),
        _ => return None,
    };
    let same = match (part(a, NAME), part(b, NAME)) {
        (Some(name), Some(other)) => {
            let (Abstract::Apply(a), Abstract::Apply(b)) = (a, b) else { return None };
            match a.symbol == b.symbol {
                true => name.value == other.value,
                // Members of two that are texts are equal as texts are.
                false if by_value => return None,
                false => false,
            }
        }
        (Some(_), None) => is_value(a, b, by_value)?,
        (None, Some(_)) => is_value(b, a, by_value)?,
        (None, None) => return None,
    };
    Some(same == wanted)
}

fn is_value(member: &Abstract, other: &Abstract, by_value: bool) -> Option<bool> {
    if !crate::standard::is_no_object(other) {
        return None;
    }
    let is_mixed = part(member, MIXED)?.value == Abstract::bool(true);
    match by_value && is_mixed {
        true => operators::equal(&part(member, VALUE)?.value, other).ok(),
        false => Some(false),
    }
}
