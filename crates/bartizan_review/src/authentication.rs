//! What an API knows visitors by: its authentication classes, and whom they turn away.

use std::collections::BTreeSet;
use std::rc::Rc;

use bartizan_ir::{ClassId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::Abstract;

use crate::facts::CsrfState;
use crate::formula::Formula;
use crate::models::outside;
use crate::reader::{Ask, Passed, Reader};
use crate::scope::Query;
use crate::walk::Walked;

/// Methods by which an authentication class looks at a request.
const LOOKING: &[&str] = &["authenticate", "authenticate_credentials"];

/// Whom an authentication class of the project turns away, and the rows it knows visitors by.
pub(crate) type Known = (Passed, Vec<Query>);

impl Reader<'_> {
    /// The names of the classes, and whom those of the project turn away.
    pub(crate) fn authenticated(
        &self,
        own: Option<(FileId, ValueId)>,
        ask: &Rc<Ask>,
        walked: &mut Walked,
    ) -> (Option<BTreeSet<String>>, Formula) {
        let Some(classes) = self.authenticators(own) else { return (None, Formula::Always) };
        let mut names = BTreeSet::new();
        let mut asked = Formula::Always;
        for class in classes {
            match class {
                Entity::Class(file, class) => {
                    let ir = self.ir(file);
                    names.insert(ir.str(ir.class(class).name).to_owned());
                    let known = self.authenticator(file, class, ask);
                    asked = asked.and(self.take_over(&known.0));
                    walked.queries.extend(known.1.iter().cloned());
                }
                Entity::External(symbol) => {
                    let dotted = self.project.symbol(symbol);
                    names.insert(dotted.rsplit('.').next().unwrap_or(dotted).to_owned());
                }
                _ => return (None, asked),
            }
        }
        (Some(names), asked)
    }

    /// One class of the project: found out once, for it looks at the request alone.
    fn authenticator(&self, file: FileId, class: ClassId, ask: &Rc<Ask>) -> Rc<Known> {
        let known = self.authenticators.borrow().get(&(file, class)).cloned();
        if let Some(known) = known {
            return known;
        }
        let of = ClassRef::Project(file, class);
        let ask = Rc::new(Ask { method: ask.method, ..Ask::default() });
        let mut queries = Vec::new();
        let passed = self.apart(|| {
            self.saw(file, self.ir(file).class(class).span);
            let mut walked = Walked::default();
            for name in LOOKING {
                if let Some((file, function)) = self.method(of, name) {
                    let frame = self.entry(file, function, Some(of), &ask, None);
                    self.walk(&frame, &Formula::Always, &mut walked);
                }
            }
            let access = walked.access();
            queries = walked.queries;
            (access, Vec::new())
        });
        let known = Rc::new((passed, queries));
        self.authenticators.borrow_mut().insert((file, class), Rc::clone(&known));
        known
    }

    /// The authentication classes, those of the settings where the view names none; `None` where they
    /// are not known.
    fn authenticators(&self, own: Option<(FileId, ValueId)>) -> Option<Vec<Entity>> {
        let mut found: Vec<Entity> = Vec::new();
        if let Some((file, list)) = own {
            let mut at = (file, self.ir(file).bare(list));
            if let Entity::Value(file, value) = self.project.definition(file, list) {
                at = (file, self.ir(file).bare(value));
            }
            let ir = self.ir(at.0);
            let (Value::List(items) | Value::Tuple(items)) = ir.value(at.1) else { return None };
            let named = ir.items[items].iter();
            return Some(named.map(|item| self.project.definition(at.0, item.value)).collect());
        }
        let list = self.framework("DEFAULT_AUTHENTICATION_CLASSES")?;
        let Abstract::Seq(seq) = &list.value else { return None };
        for item in &seq.items {
            if let Some(dotted) = item.value.as_str() {
                found.push(self.project.find(dotted));
            }
        }
        Some(found)
    }

    /// Whether API requests must prove where they come from: only those that a session logs in.
    pub(crate) fn api_csrf(&self, own: Option<(FileId, ValueId)>) -> CsrfState {
        if own.is_none() && self.framework("DEFAULT_AUTHENTICATION_CLASSES").is_none() {
            return CsrfState::Checked;
        }
        let Some(classes) = self.authenticators(own) else { return CsrfState::Unknown };
        let mut state = CsrfState::NotNeeded;
        for class in classes {
            match class {
                Entity::External(symbol) if self.project.symbol(symbol).contains("SessionAuth") => {
                    return CsrfState::Checked;
                }
                Entity::Class(file, class) => {
                    let of = ClassRef::Project(file, class);
                    if outside(self.project, of).any(|base| base.contains("SessionAuth")) {
                        let own = self.method(of, "enforce_csrf");
                        match own.is_none_or(|(file, function)| self.calls_super(file, function)) {
                            true => return CsrfState::Checked,
                            false => state = CsrfState::Exempt,
                        }
                    }
                }
                _ => {}
            }
        }
        state
    }
}
