//! What has been found out about each value of a file, eight bytes a value.

use std::sync::atomic::{AtomicU64, Ordering};

use bartizan_finding::Confidence;
use bartizan_ir::{ClassId, FunctionId, ValueId};

use crate::entity::{ClassRef, Entity, FileId, Member, ModuleId, Resolved, Unknown};
use crate::symbol::Symbol;

/// One slot a value. Written while linking by one thread, later by the one thread that sweeps the
/// file; read by all.
#[derive(Debug)]
pub(crate) struct Memo(Box<[AtomicU64]>);

/// What a slot says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Slot {
    /// Nobody has asked yet.
    Unset,
    /// It is being found out, further up; the number counts the questions that are open.
    Open(u32),
    /// This is known.
    Known {
        what: Resolved,
        /// It was found out while linking, and is the same for all who ask.
        linked: bool,
        /// It rests on a guess about a question that is still open.
        provisional: bool,
    },
}

/// Classes and functions of all files, numbered through, so that a method and its receiver fit one
/// slot.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    class_bases: Vec<u32>,
    classes: Vec<(FileId, ClassId)>,
    function_bases: Vec<u32>,
    functions: Vec<FileId>,
}

impl Numbers {
    /// Numbers the classes and functions of files that have this many.
    pub(crate) fn new(counts: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut numbers = Self::default();
        for (index, (classes, functions)) in counts.enumerate() {
            let file = FileId::from_index(index);
            numbers.class_bases.push(numbers.classes.len() as u32);
            numbers.function_bases.push(numbers.functions.len() as u32);
            numbers.classes.extend((0..classes).map(|class| (file, ClassId::from_index(class))));
            numbers.functions.extend((0..functions).map(|_| file));
        }
        numbers
    }

    pub(crate) fn class(&self, file: FileId, class: ClassId) -> usize {
        self.class_bases[file.index()] as usize + class.index()
    }

    pub(crate) fn classes(&self) -> &[(FileId, ClassId)] {
        &self.classes
    }

    pub(crate) fn function(&self, file: FileId, function: FunctionId) -> usize {
        self.function_bases[file.index()] as usize + function.index()
    }

    fn function_at(&self, number: usize) -> (FileId, FunctionId) {
        let file = self.functions[number];
        (file, FunctionId::from_index(number - self.function_bases[file.index()] as usize))
    }

    /// A number that stands for a thing, and for no other.
    pub(crate) fn key(&self, entity: Entity) -> u64 {
        self.pack(Resolved::sure(entity), false, false)
    }

    pub(crate) fn function_count(&self) -> usize {
        self.functions.len()
    }

    // ---- packing: tag, confidence, two flags, two numbers of 28 bits -----------------------------

    fn pack(&self, what: Resolved, linked: bool, provisional: bool) -> u64 {
        let (tag, a, b) = match what.entity {
            Entity::Module(module) => (MODULE, module.index(), 0),
            Entity::External(symbol) => (EXTERNAL, symbol.index(), 0),
            Entity::Function(file, function) => (FUNCTION, file.index(), function.index()),
            Entity::Class(file, class) => (CLASS, file.index(), class.index()),
            Entity::Instance(ClassRef::Project(file, class)) => {
                (INSTANCE, file.index(), class.index())
            }
            Entity::Instance(ClassRef::External(symbol)) => (INSTANCE_OUTSIDE, symbol.index(), 0),
            Entity::Method { receiver, member } => {
                let (outside, a) = match receiver {
                    ClassRef::Project(file, class) => (0, self.class(file, class)),
                    ClassRef::External(symbol) => (1, symbol.index()),
                };
                let (member_outside, b) = match member {
                    Member::Project(file, function) => (0, self.function(file, function)),
                    Member::External(symbol) => (2, symbol.index()),
                };
                (METHOD + outside + member_outside, a, b)
            }
            Entity::Super(file, class) => (SUPER, file.index(), class.index()),
            Entity::Value(file, value) => (VALUE, file.index(), value.index()),
            Entity::Unknown(why) => (UNKNOWN, why as usize, 0),
        };
        if a > NUMBER as usize || b > NUMBER as usize {
            // No tree has a quarter of a billion files, and no file as many values; should one, it
            // is not known rather than wrong.
            return self.pack(Resolved::unknown(Unknown::TooDeep), linked, provisional);
        }
        let sure = match what.confidence {
            Confidence::Low => 0,
            Confidence::Medium => 1,
            Confidence::High => 2,
        };
        tag << 60
            | sure << 58
            | u64::from(linked) << 57
            | u64::from(provisional) << 56
            | (a as u64) << 28
            | b as u64
    }

    fn unpack(&self, packed: u64) -> Slot {
        let (a, b) = ((packed >> 28 & NUMBER) as usize, (packed & NUMBER) as usize);
        let entity = match packed >> 60 {
            0 => return Slot::Unset,
            OPEN => return Slot::Open(packed as u32),
            MODULE => Entity::Module(ModuleId::from_index(a)),
            EXTERNAL => Entity::External(Symbol::from_index(a)),
            FUNCTION => Entity::Function(FileId::from_index(a), FunctionId::from_index(b)),
            CLASS => Entity::Class(FileId::from_index(a), ClassId::from_index(b)),
            INSTANCE => {
                Entity::Instance(ClassRef::Project(FileId::from_index(a), ClassId::from_index(b)))
            }
            INSTANCE_OUTSIDE => Entity::Instance(ClassRef::External(Symbol::from_index(a))),
            SUPER => Entity::Super(FileId::from_index(a), ClassId::from_index(b)),
            VALUE => Entity::Value(FileId::from_index(a), ValueId::from_index(b)),
            UNKNOWN => Entity::Unknown(UNKNOWNS[a.min(UNKNOWNS.len() - 1)]),
            method => {
                let kind = method - METHOD;
                let receiver = if kind & 1 == 0 {
                    let (file, class) = self.classes[a];
                    ClassRef::Project(file, class)
                } else {
                    ClassRef::External(Symbol::from_index(a))
                };
                let member = if kind & 2 == 0 {
                    let (file, function) = self.function_at(b);
                    Member::Project(file, function)
                } else {
                    Member::External(Symbol::from_index(b))
                };
                Entity::Method { receiver, member }
            }
        };
        let confidence = match packed >> 58 & 3 {
            0 => Confidence::Low,
            1 => Confidence::Medium,
            _ => Confidence::High,
        };
        Slot::Known {
            what: Resolved { entity, confidence },
            linked: packed >> 57 & 1 == 1,
            provisional: packed >> 56 & 1 == 1,
        }
    }
}

const OPEN: u64 = 1;
const MODULE: u64 = 2;
const EXTERNAL: u64 = 3;
const FUNCTION: u64 = 4;
const CLASS: u64 = 5;
const INSTANCE: u64 = 6;
const INSTANCE_OUTSIDE: u64 = 7;
const SUPER: u64 = 8;
const VALUE: u64 = 9;
const UNKNOWN: u64 = 10;
/// And one for a receiver outside, and two for a member outside.
const METHOD: u64 = 12;
const NUMBER: u64 = (1 << 28) - 1;

const UNKNOWNS: [Unknown; 6] = [
    Unknown::NoSuchModule,
    Unknown::NoSuchName,
    Unknown::NoSuchMember,
    Unknown::Dynamic,
    Unknown::Circular,
    Unknown::TooDeep,
];

impl Memo {
    pub(crate) fn new(values: usize) -> Self {
        Self((0..values).map(|_| AtomicU64::new(0)).collect())
    }

    pub(crate) fn get(&self, numbers: &Numbers, value: ValueId) -> Slot {
        numbers.unpack(self.0[value.index()].load(Ordering::Relaxed))
    }

    pub(crate) fn is_unset(&self, value: ValueId) -> bool {
        self.0[value.index()].load(Ordering::Relaxed) == 0
    }

    pub(crate) fn set(
        &self,
        numbers: &Numbers,
        value: ValueId,
        what: Resolved,
        linked: bool,
        provisional: bool,
    ) {
        let packed = numbers.pack(what, linked, provisional);
        self.0[value.index()].store(packed, Ordering::Relaxed);
    }

    pub(crate) fn open(&self, value: ValueId, number: u32) {
        self.0[value.index()].store(OPEN << 60 | u64::from(number), Ordering::Relaxed);
    }

    pub(crate) fn clear(&self, value: ValueId) {
        self.0[value.index()].store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let numbers = Numbers::new([(2, 3), (0, 1), (4, 5)].into_iter());
        let memo = Memo::new(2);
        let (first, third) = (FileId::from_index(0), FileId::from_index(2));
        let symbol = Symbol::from_index(77);
        let project = ClassRef::Project(third, ClassId::from_index(3));
        let own = Member::Project(third, FunctionId::from_index(4));
        let mut all = vec![
            Entity::Module(ModuleId::from_index(5)),
            Entity::External(symbol),
            Entity::Function(first, FunctionId::from_index(2)),
            Entity::Class(first, ClassId::from_index(1)),
            Entity::Instance(project),
            Entity::Instance(ClassRef::External(symbol)),
            Entity::Method { receiver: project, member: own },
            Entity::Method { receiver: project, member: Member::External(symbol) },
            Entity::Method {
                receiver: ClassRef::External(symbol),
                member: Member::External(symbol),
            },
            Entity::Super(third, ClassId::from_index(0)),
            Entity::Value(third, ValueId::from_index(NUMBER as usize)),
        ];
        all.extend(UNKNOWNS.map(Entity::Unknown));
        let value = ValueId::from_index(1);
        assert_eq!(memo.get(&numbers, value), Slot::Unset);
        for entity in all {
            for confidence in Confidence::ALL.iter().copied() {
                for (linked, provisional) in [(false, true), (true, false)] {
                    let what = Resolved { entity, confidence };
                    memo.set(&numbers, value, what, linked, provisional);
                    assert_eq!(
                        memo.get(&numbers, value),
                        Slot::Known { what, linked, provisional }
                    );
                }
            }
        }
        memo.open(value, 12);
        assert_eq!(memo.get(&numbers, value), Slot::Open(12));
        memo.clear(value);
        assert!(memo.is_unset(value));
    }
}
