//! Objects of data classes: fields that are filled as an object is made, and what `dataclasses` makes
//! of a whole object.

use std::sync::Arc;

use bartizan_ir::{ClassId, ValueId};
use rustc_hash::FxHashMap;

use super::copied;
use super::named_tuples::{KIND, MADE};
use crate::FileId;
use crate::calls::Args;
use crate::domain::{Abstract, Apply, Evaluated, Symbol};
use crate::libraries::Maker;
use crate::session::{Act, Session};

/// More fields than this are not filled.
const MOST_FIELDS: usize = 200;

impl Session<'_> {
    /// Fills the fields that are not given with what `field(default_factory=…)` makes: each object has
    /// its own.
    pub(crate) fn fill_fields(
        &mut self,
        at: Act,
        id: ValueId,
        class: (FileId, ClassId),
        given: &mut Vec<(Option<Arc<str>>, Evaluated)>,
    ) {
        // Without a `field` nothing is made.
        let has_field = self.world.ir(class.0).strings.find("dataclasses").is_some();
        if !has_field || given.iter().any(|(name, _)| name.is_none()) {
            return;
        }
        let Some(fields) = self.world.fields_of_data(class.0, class.1) else { return };
        for field in fields.iter().take(MOST_FIELDS) {
            if given.iter().any(|(name, _)| name.as_deref() == Some(field)) {
                continue;
            }
            let Some(member) = self.world.member(class.0, class.1, field) else { continue };
            let value = self.member_value(&member, None);
            let Abstract::Apply(made) = &value.value else { continue };
            if !matches!(&made.symbol, Symbol::External(name) if &**name == "dataclasses.field")
                || made.open
            {
                continue;
            }
            let keyword =
                |name: &str| made.args.iter().find(|(known, _)| known.as_deref() == Some(name));
            let filled = match (keyword("default_factory"), keyword("default")) {
                (Some((_, factory)), None) => {
                    let factory = factory.clone();
                    self.apply(at, id, &factory, Args::default())
                }
                (None, Some((_, default))) => default.clone(),
                _ => continue,
            };
            given.push((Some(field.as_str().into()), filled));
        }
    }

    /// The object of a data class, and the names of its fields.
    fn object_of_data<'v>(&self, of: &'v Evaluated) -> Option<(&'v Arc<Apply>, Vec<String>)> {
        let Abstract::Apply(made) = &of.value else { return None };
        let Symbol::Class(file, class, _) = &made.symbol else { return None };
        let is_named = made.args.iter().all(|(name, _)| name.is_some());
        let fields = self.world.fields_of_data(*file, *class)?;
        (!made.open && is_named && self.outside.is_none()).then_some((made, fields))
    }

    /// An object of a `class Mail(NamedTuple)`, as if `collections.namedtuple` had made the class.
    pub(crate) fn named_tuple(
        &mut self,
        at: Act,
        id: ValueId,
        class: (FileId, ClassId),
        args: &Args,
    ) -> Option<Evaluated> {
        let fields = self.world.fields_of_named_tuple(class.0, class.1)?;
        let mut defaults = Vec::new();
        for field in &fields {
            match self.world.member(class.0, class.1, field) {
                Some(member) => defaults.push(self.member_value(&member, None)),
                None if defaults.is_empty() => {}
                None => return None,
            }
        }
        let ir = self.world.ir(class.0);
        let name = self.made(at, id, Abstract::str(ir.str(ir.class(class.1).name)));
        let fields = fields.iter().map(|field| self.made(at, id, Abstract::str(field.as_str())));
        let fields = self.made(at, id, Abstract::tuple(fields.collect()));
        let defaults = self.made(at, id, Abstract::tuple(defaults));
        let kind = vec![(None, name), (None, fields), (Some("defaults".into()), defaults)];
        let kind = Abstract::apply(Symbol::External(KIND.into()), kind, false);
        let mut all = vec![(None, self.made(at, id, kind))];
        all.extend(crate::calls::listed(args.clone()));
        Some(self.made(at, id, Abstract::apply(Symbol::External(MADE.into()), all, args.open)))
    }

    /// `dataclasses.replace(object, name=value)`
    pub(crate) fn replaced(&mut self, at: Act, id: ValueId, args: &Args) -> Option<Evaluated> {
        let [of] = args.positional.as_slice() else { return None };
        let (made, fields) = self.object_of_data(of)?;
        if args.keywords.iter().any(|(name, _)| !fields.iter().any(|field| **field == **name)) {
            return None;
        }
        let mut all = made.args.clone();
        for (name, value) in &args.keywords {
            match all.iter_mut().find(|(known, _)| known.as_deref() == Some(&**name)) {
                Some((_, old)) => *old = value.clone(),
                None => all.push((Some(name.clone()), value.clone())),
            }
        }
        Some(self.made(at, id, Abstract::apply(made.symbol.clone(), all, false)))
    }

    /// `dataclasses.asdict(object)`: copies of all that its fields hold.
    pub(crate) fn as_dict(
        &mut self,
        at: Act,
        id: ValueId,
        of: &Evaluated,
        depth: u32,
    ) -> Option<Abstract> {
        let depth = depth.checked_sub(1)?;
        let (_, fields) = self.object_of_data(of)?;
        let mut entries = Vec::with_capacity(fields.len());
        for field in fields.iter().take(MOST_FIELDS) {
            let held = self.attribute_named(at, id, of, field);
            let value = match &held.value {
                Abstract::Apply(_) => self.as_dict(at, id, &held, depth)?,
                _ if held.is_known() => {
                    let site = self.site(at, id);
                    let mut fresh = || self.fresh(at);
                    let mut make = Maker { site, fresh: &mut fresh };
                    copied(&held.value, &mut FxHashMap::default(), &mut make)?
                }
                _ => held.value.clone(),
            };
            let key = self.made(at, id, Abstract::str(field.as_str()));
            entries.push((key, self.made(at, id, value)));
        }
        let object = self.fresh(at);
        Some(Abstract::map(entries, None, object))
    }
}
