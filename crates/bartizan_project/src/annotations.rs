//! What annotations say, written as code or as text.

use bartizan_finding::Confidence;
use bartizan_ir::{BinaryOp, Value, ValueId};

use crate::entity::{ClassRef, Entity, FileId, Resolved};
use crate::resolve::Resolver;
use crate::symbol::Symbol;

/// Annotations are followed this many brackets deep.
const BRACKETS: u32 = 8;

impl Resolver<'_> {
    /// An instance of what the annotation says, where it says one thing.
    pub(crate) fn annotated(
        &mut self,
        file: FileId,
        annotation: ValueId,
        depth: u32,
    ) -> Option<Resolved> {
        if depth > BRACKETS {
            return None;
        }
        let ir = self.project.ir(file);
        match ir.value(ir.bare(annotation)) {
            Value::None => None,
            Value::Str(text) => self.annotated_by_text(file, ir.str(text), depth),
            Value::Binary { op: BinaryOp::BitOr, left, right } => {
                self.one_of(file, &[left, right], depth)
            }
            Value::Index { of, key } => {
                let generic = self.eval(file, of);
                let Entity::External(symbol) = generic.entity else {
                    return self.instance_of(generic);
                };
                match self.typing_name(symbol) {
                    Some("Optional" | "Final" | "ClassVar" | "Required" | "NotRequired") => {
                        self.annotated(file, key, depth + 1)
                    }
                    Some("Union") => match ir.value(ir.bare(key)) {
                        Value::Tuple(items) => {
                            let ways: Vec<ValueId> =
                                ir.items[items].iter().map(|item| item.value).collect();
                            self.one_of(file, &ways, depth)
                        }
                        _ => self.annotated(file, key, depth + 1),
                    },
                    Some("Annotated") => match ir.value(ir.bare(key)) {
                        Value::Tuple(items) => {
                            let first = ir.items[items].first()?;
                            self.annotated(file, first.value, depth + 1)
                        }
                        _ => None,
                    },
                    Some("Type") => self.class_in_annotation(file, key),
                    Some(_) => None,
                    None if self.project.symbols.text(symbol) == "builtins.type" => {
                        self.class_in_annotation(file, key)
                    }
                    None => self.instance_of(generic),
                }
            }
            _ => {
                let class = self.eval(file, annotation);
                self.instance_of(class)
            }
        }
    }

    fn class_in_annotation(&mut self, file: FileId, key: ValueId) -> Option<Resolved> {
        let class = self.eval(file, key);
        class.entity.as_class().map(|_| class)
    }

    /// The one type among several, `None` aside.
    fn one_of(&mut self, file: FileId, ways: &[ValueId], depth: u32) -> Option<Resolved> {
        let ir = self.project.ir(file);
        let mut found: Option<Resolved> = None;
        for way in ways {
            if matches!(ir.value(ir.bare(*way)), Value::None) {
                continue;
            }
            let known = self.annotated(file, *way, depth + 1)?;
            match found {
                Some(first) if first.entity != known.entity => {
                    return Some(first.at_most(Confidence::Low));
                }
                _ => found = Some(known),
            }
        }
        found
    }

    /// A name of `typing` or its backport.
    fn typing_name(&self, symbol: Symbol) -> Option<&str> {
        let symbols = &self.project.symbols;
        let parent = symbols.parent(symbol)?;
        matches!(symbols.text(parent), "typing" | "typing_extensions").then(|| symbols.name(symbol))
    }

    pub(crate) fn instance_of(&mut self, class: Resolved) -> Option<Resolved> {
        let entity = match class.entity {
            Entity::Class(file, class) => Entity::Instance(ClassRef::Project(file, class)),
            Entity::External(symbol) => {
                let alias = matches!(
                    self.typing_name(symbol),
                    Some(name) if !matches!(name, "Dict" | "List" | "Set" | "Tuple")
                );
                let vague = matches!(
                    self.project.symbols.text(symbol),
                    "builtins.object" | "builtins.type" | "collections.abc.Callable"
                );
                if alias || vague {
                    return None;
                }
                Entity::Instance(self.project.class_ref(symbol))
            }
            _ => return None,
        };
        Some(Resolved { entity, ..class })
    }

    /// An annotation written as text: `"HttpRequest"`, `"forms.Form | None"`, `"QuerySet[Product]"`.
    fn annotated_by_text(&mut self, file: FileId, text: &str, depth: u32) -> Option<Resolved> {
        let mut found = None;
        let text = text.trim();
        let text = text
            .strip_prefix("Optional[")
            .or_else(|| text.strip_prefix("typing.Optional["))
            .and_then(|inner| inner.strip_suffix(']'))
            .unwrap_or(text);
        let mut bracket = 0u32;
        let ways = text.split(|c: char| {
            bracket = match c {
                '[' => bracket + 1,
                ']' => bracket.saturating_sub(1),
                _ => bracket,
            };
            c == '|' && bracket == 0
        });
        for way in ways.take(BRACKETS as usize) {
            let name = way.split('[').next().unwrap_or(way).trim();
            if name == "None" {
                continue;
            }
            if found.is_some() || depth > BRACKETS {
                return found.map(|first: Resolved| first.at_most(Confidence::Low));
            }
            let class = self.named_in(file, name)?;
            found = Some(self.instance_of(class)?);
        }
        found
    }

    /// What a dotted name that is written as text means in the module.
    fn named_in(&mut self, file: FileId, dotted: &str) -> Option<Resolved> {
        let is_name =
            |part: &str| !part.is_empty() && part.chars().all(|c| c == '_' || c.is_alphanumeric());
        if !dotted.split('.').all(is_name) {
            return None;
        }
        let (first, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        // Only names that occur in the file can be bound in it.
        let ir = self.project.ir(file);
        let mut at = match ir.strings.find(first) {
            Some(name) => {
                let found = self.project.lookup_global(file, name, &[]);
                self.found(file, ValueId::from_index(0), found)
            }
            None if crate::python::is_builtin(first) => self.outside(self.project.builtins, first),
            None => return None,
        };
        for name in rest.split('.').filter(|name| !name.is_empty()) {
            at = self.member_named(at, name)?;
        }
        at.entity.is_known().then_some(at)
    }
}
