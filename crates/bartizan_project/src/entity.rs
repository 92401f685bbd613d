//! What an expression may turn out to be.

use bartizan_base::define_id;
use bartizan_finding::Confidence;
use bartizan_ir::{ClassId, FunctionId, ValueId};

use crate::Symbol;

define_id! {
    /// A file of a project, in the order of paths.
    FileId
}
define_id! {
    /// A module or package of a project, with or without a file of its own.
    ModuleId
}

/// What an expression refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entity {
    /// A module or package of the project.
    Module(ModuleId),
    /// Something that is defined outside of the project, by its dotted name: `os.system`,
    /// `django.utils.safestring.mark_safe`, `builtins.eval`, a whole module.
    External(Symbol),
    /// A function of the project, or a method reached through its class.
    Function(FileId, FunctionId),
    /// A class of the project.
    Class(FileId, ClassId),
    /// An instance of a class.
    Instance(ClassRef),
    /// A method together with what it will be called on: an instance, or for a class method the
    /// class.
    Method {
        /// The class of the receiver, which may inherit the method.
        receiver: ClassRef,
        /// The method.
        member: Member,
    },
    /// What `super()` gives inside a method of this class.
    Super(FileId, ClassId),
    /// The expression itself: a literal, a container, a parameter, something computed. Names lead
    /// here and no further.
    Value(FileId, ValueId),
    /// Not known.
    Unknown(Unknown),
}

/// A class, wherever it is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClassRef {
    /// In the project.
    Project(FileId, ClassId),
    /// Outside, by its dotted name.
    External(Symbol),
}

/// A method, wherever it is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Member {
    /// In a class of the project.
    Project(FileId, FunctionId),
    /// In a class outside, by its dotted name: `django.db.models.query.QuerySet.raw`.
    External(Symbol),
}

/// Why something is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unknown {
    /// A relative import leads out of the tree.
    NoSuchModule,
    /// The module is read, and nothing in it binds the name.
    NoSuchName,
    /// All classes are read, and none has the attribute.
    NoSuchMember,
    /// The name is bound by code that runs: `exec`, `globals().update(…)`, a module's `__getattr__`.
    Dynamic,
    /// It is defined by itself.
    Circular,
    /// More steps away than are followed.
    TooDeep,
}

/// What is known of an expression, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// What it is.
    pub entity: Entity,
    /// How sure.
    pub confidence: Confidence,
}

impl Resolved {
    /// Known for certain.
    pub(crate) fn sure(entity: Entity) -> Self {
        Self { entity, confidence: Confidence::High }
    }

    pub(crate) fn unknown(why: Unknown) -> Self {
        Self::sure(Entity::Unknown(why))
    }

    /// The same, no surer than `confidence`.
    pub(crate) fn at_most(self, confidence: Confidence) -> Self {
        Self { confidence: self.confidence.min(confidence), ..self }
    }

    pub(crate) fn is_circular(self) -> bool {
        self.entity == Entity::Unknown(Unknown::Circular)
    }
}

impl Entity {
    /// Whether this is a thing with a name or a type, and neither a bare value nor unknown.
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Value(..) | Self::Unknown(_))
    }

    /// The class, where it is one.
    pub fn as_class(self) -> Option<ClassRef> {
        match self {
            Self::Class(file, class) => Some(ClassRef::Project(file, class)),
            Self::External(symbol) => Some(ClassRef::External(symbol)),
            _ => None,
        }
    }
}

impl ClassRef {
    /// The class as a thing of its own.
    pub fn entity(self) -> Entity {
        match self {
            Self::Project(file, class) => Entity::Class(file, class),
            Self::External(symbol) => Entity::External(symbol),
        }
    }
}
