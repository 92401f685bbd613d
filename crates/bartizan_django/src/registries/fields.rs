//! Lists of fields: what `fields` and `exclude` say, and what comes of it.

use bartizan_value::{Abstract, Evaluated};

use super::Place;
use super::classes::Reader;

/// Names that are written in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    /// As they are written.
    pub items: Vec<Named>,
    /// Whether there are no others.
    pub is_whole: bool,
    /// Where the list stands.
    pub place: Place,
}

/// A name in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

impl Names {
    /// Whether a name is written there.
    pub fn has(&self, name: &str) -> bool {
        self.items.iter().any(|item| item.name == name)
    }
}

/// What `fields` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Selection {
    /// Nothing.
    #[default]
    Unsaid,
    /// `"__all__"`
    All(Place),
    /// These.
    Only(Names),
    /// Something that was not read.
    Unknown(Place),
}

/// The fields that a form or serializer really has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effective {
    /// By name, each once, sorted.
    pub fields: Vec<FieldFact>,
    /// Whether there are no others.
    pub is_whole: bool,
}

/// A field that a form or serializer has.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldFact {
    /// Its name.
    pub name: String,
    /// What decides that it is there: its name in a list, `"__all__"`, its declaration.
    pub place: Place,
    /// Whether it is named or declared, and does not come with all others.
    pub is_named: bool,
}

impl Effective {
    /// A field by its name.
    pub fn get(&self, name: &str) -> Option<&FieldFact> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The names alone.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    pub(super) fn add(&mut self, name: &str, place: Place, is_named: bool) {
        if self.get(name).is_none() {
            self.fields.push(FieldFact { name: name.to_owned(), place, is_named });
        }
    }

    pub(super) fn sorted(mut self) -> Self {
        self.fields.sort_by(|a, b| a.name.cmp(&b.name));
        self
    }
}

impl Reader<'_, '_> {
    /// The texts of a list or tuple.
    pub(super) fn names_in(&self, list: &Evaluated) -> Names {
        let place = self.place(list);
        let Abstract::Seq(seq) = &list.value else {
            return Names { items: Vec::new(), is_whole: false, place };
        };
        let mut names = Names { items: Vec::new(), is_whole: seq.open.is_none(), place };
        for item in &seq.items {
            match item.value.as_str() {
                Some(name) => {
                    let place = self.place(item);
                    names.items.push(Named { name: name.to_owned(), place });
                }
                None => names.is_whole = false,
            }
        }
        names
    }

    /// What an attribute named `fields` says.
    pub(super) fn selection(&self, fields: Option<Evaluated>) -> Selection {
        let Some(fields) = fields else { return Selection::Unsaid };
        match &fields.value {
            Abstract::Const(bartizan_value::Constant::None) => Selection::Unsaid,
            Abstract::Const(_) if fields.value.as_str() == Some("__all__") => {
                Selection::All(self.place(&fields))
            }
            Abstract::Seq(_) => Selection::Only(self.names_in(&fields)),
            _ => Selection::Unknown(self.place(&fields)),
        }
    }
}
