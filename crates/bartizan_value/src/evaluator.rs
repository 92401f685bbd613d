//! What other crates ask.

use std::sync::Arc;

use bartizan_ir::{ClassId, Value, ValueId};
use bartizan_project::Project;

use crate::FileId;
use crate::domain::{Constant, Evaluated, Site};
use crate::environment::Variables;
use crate::files::Files;
use crate::parts::literal;
use crate::session::Session;
use crate::world::{Member, World};

/// Steps that one question may take, where answers are shared among many.
const FUEL: u32 = 200_000;

/// Steps that a single question may take: an argument of one of a hundred thousand calls, say. What
/// takes longer is rarely a constant, and a scan has no time for it.
const FUEL_ALONE: u32 = 500;

/// Steps that each of hundreds of questions may take.
const FUEL_OF_MANY: u32 = 10_000;

/// Evaluates values of one project. Can be asked by several threads at once.
pub struct Evaluator<'p> {
    world: World<'p>,
    /// Nothing is known of the environment.
    unknown: Arc<Variables>,
}

/// Questions to an [`Evaluator`] that share what they find out, such as all those about one file.
pub struct Questions<'e> {
    pub(crate) session: Session<'e>,
    /// Steps that each question may take.
    each: u32,
    /// Steps that all questions together may take.
    left: u64,
}

/// Steps that all questions of one [`Questions`] may take.
const FUEL_TOGETHER: u64 = 20_000_000;

impl<'p> Evaluator<'p> {
    /// An evaluator of the project's values.
    pub fn new(project: &'p Project) -> Self {
        Self::with_files(project, Files::default())
    }

    /// The same, where code may read other files than those with code, too.
    pub fn with_files(project: &'p Project, files: Files) -> Self {
        Self { world: World::new(project, files), unknown: Arc::default() }
    }

    /// What the value is worth, wherever its code is run from: parameters are not known, variables
    /// of loops are any of their values.
    pub fn evaluate(&self, file: FileId, value: ValueId) -> Evaluated {
        let ir = self.world.ir(file);
        let bare = ir.bare(value);
        if let Some(value) = literal(ir, bare) {
            return Evaluated { value, site: Site { file, node: bare } };
        }
        self.asking(FUEL_ALONE).evaluate(file, value)
    }

    /// The value, if it is a constant.
    pub fn constant(&self, file: FileId, value: ValueId) -> Option<Constant> {
        let ir = self.world.ir(file);
        let bare = ir.bare(value);
        match literal(ir, bare) {
            Some(value) => value.constant(),
            None if never_constant(ir.value(bare)) => None,
            None => self.evaluate(file, value).constant(),
        }
    }

    /// The files that it reads, beside the code.
    pub fn files(&self) -> &Files {
        self.world.files()
    }

    /// What the module in `file` ends with under a name; `None` where it binds nothing of the name.
    pub fn binding(&self, file: FileId, name: &str) -> Option<Evaluated> {
        self.questions().binding(file, name)
    }

    /// As [`Evaluator::binding`], as if no other file changed anything of the module's: cheap, where most
    /// modules hold nothing that is worth a closer look.
    pub fn binding_as_written(&self, file: FileId, name: &str) -> Option<Evaluated> {
        let mut questions = self.questions();
        questions.session.meddled = Some(Arc::default());
        let found = questions.session.module_attribute(file, name);
        questions.settle();
        found.map(told)
    }

    /// Starts several questions that share what they find out.
    pub fn questions(&self) -> Questions<'_> {
        self.asking(FUEL)
    }

    /// As [`Evaluator::questions`], each on so many steps and no more.
    pub fn questions_on(&self, steps: u32) -> Questions<'_> {
        self.asking(steps)
    }

    /// As [`Self::questions`], where something is known of the environment of the process.
    pub fn questions_where(&self, variables: &Variables) -> Questions<'_> {
        let session = Session::new(&self.world, Arc::new(variables.clone()), FUEL_OF_MANY);
        Questions { session, each: FUEL_OF_MANY, left: FUEL_TOGETHER }
    }

    /// As [`Self::questions_where`], where a framework answers for what leads out of the project. Each
    /// question may take many steps.
    pub fn questions_in<'e>(
        &'e self,
        variables: &Variables,
        outside: &'e dyn crate::Outside,
    ) -> Questions<'e> {
        let mut session = Session::new(&self.world, Arc::new(variables.clone()), FUEL);
        session.outside = Some(outside);
        Questions { session, each: FUEL, left: FUEL_TOGETHER }
    }

    fn asking(&self, each: u32) -> Questions<'_> {
        let session = Session::new(&self.world, Arc::clone(&self.unknown), each);
        Questions { session, each, left: FUEL_TOGETHER }
    }
}

impl Questions<'_> {
    /// As [`Evaluator::evaluate`].
    pub fn evaluate(&mut self, file: FileId, value: ValueId) -> Evaluated {
        self.refuel();
        let frame = self.session.file_frame(file);
        let root = self.session.frames[frame as usize].root;
        let act = self.session.some_round(root, value);
        let found = self.session.eval(act, value);
        self.settle();
        told(found)
    }

    /// As [`Evaluator::constant`].
    pub fn constant(&mut self, file: FileId, value: ValueId) -> Option<Constant> {
        let ir = self.session.world.ir(file);
        let bare = ir.bare(value);
        match literal(ir, bare) {
            Some(value) => value.constant(),
            None if never_constant(ir.value(bare)) => None,
            None => self.evaluate(file, value).constant(),
        }
    }

    /// As [`Evaluator::binding`].
    pub fn binding(&mut self, file: FileId, name: &str) -> Option<Evaluated> {
        self.begin_with(file);
        self.refuel();
        let found = self.session.module_attribute(file, name);
        self.settle();
        found.map(told)
    }

    /// The names of a module that code of others sets as all of it is loaded; `None` where that may be
    /// any.
    pub fn names_set_by_others(&mut self, file: FileId) -> Option<Vec<String>> {
        self.begin_with(file);
        self.refuel();
        let found = self.session.names_set_by_others(file);
        self.settle();
        found
    }

    /// The names that module code writes into its namespace where it works them out, as far as they are
    /// known.
    pub fn names_worked_out(&mut self, file: FileId) -> Vec<String> {
        self.begin_with(file);
        self.refuel();
        let found = self.session.names_worked_out(file);
        self.settle();
        found
    }

    /// The file and the line that gave a variable of the environment its value, as far as what was
    /// asked before has read such files.
    pub fn line_that_gave(&self, variable: &str) -> Option<(String, u32)> {
        self.session.lines.get(variable).cloned()
    }

    /// The files that a call in module code runs in the name of its module; `None` where it runs
    /// none, or is not known to.
    pub fn files_run_by(&mut self, file: FileId, call: ValueId) -> Option<Vec<FileId>> {
        self.begin_with(file);
        self.refuel();
        let found = self.session.files_of(file, call);
        self.settle();
        found
    }

    /// What django-configurations makes of the attribute `name` of an object of the class; `owner`, the
    /// class or a base of it, binds it to `value`.
    pub fn configured(
        &mut self,
        class: (FileId, ClassId),
        owner: FileId,
        value: ValueId,
        name: &str,
    ) -> Evaluated {
        self.begin_with(class.0);
        self.refuel();
        let member = Member { file: owner, value };
        let found = self.session.attribute_of_configuration(class, &member, name);
        self.settle();
        found
    }

    /// The first module that is asked about is the one that is loaded first.
    fn begin_with(&mut self, file: FileId) {
        if self.session.root.is_none() {
            self.session.root = Some(file);
            self.refuel();
            self.session.prepare();
            self.settle();
            self.refuel();
            self.session.prepare_environment();
            self.settle();
        }
    }

    /// What the class binds under a name, in its own body or that of a base in the project, as the
    /// body says it: what a framework makes of it is not asked.
    pub fn class_attribute(
        &mut self,
        file: FileId,
        class: ClassId,
        name: &str,
    ) -> Option<Evaluated> {
        let member = self.session.world.member(file, class, name)?;
        self.refuel();
        let found = self.session.member_value(&member, None);
        self.settle();
        Some(told(found))
    }

    /// What calling a method of a value gives.
    pub fn method(&mut self, of: &Evaluated, name: &str) -> Evaluated {
        let args = crate::calls::Args::default();
        self.at_end(of.site.file, |session, root, last| session.method(root, last, of, name, &args))
    }

    /// What calling a function without arguments gives.
    pub fn call(&mut self, function: &Evaluated) -> Evaluated {
        let args = crate::calls::Args::default();
        self.at_end(function.site.file, |session, root, last| {
            session.apply(root, last, function, args)
        })
    }

    /// What an attribute of a value is.
    pub fn attribute(&mut self, of: &Evaluated, name: &str) -> Evaluated {
        self.at_end(of.site.file, |session, root, last| {
            session.attribute_named(root, last, of, name)
        })
    }

    /// Asks something as if it stood behind all other code of a file.
    pub(crate) fn at_end(
        &mut self,
        file: FileId,
        ask: impl FnOnce(&mut Session<'_>, u32, ValueId) -> Evaluated,
    ) -> Evaluated {
        self.refuel();
        let frame = self.session.file_frame(file);
        let root = self.session.frames[frame as usize].root;
        let count = self.session.world.ir(file).values.len();
        let found = ask(&mut self.session, root, ValueId::from_index(count.saturating_sub(1)));
        self.settle();
        found
    }

    pub(crate) fn refuel(&mut self) {
        self.session.fuel = u32::try_from(self.left).unwrap_or(u32::MAX).min(self.each);
        self.left -= u64::from(self.session.fuel);
    }

    pub(crate) fn settle(&mut self) {
        self.left += u64::from(self.session.fuel);
    }
}

pub(crate) fn told(found: Evaluated) -> Evaluated {
    Evaluated { value: found.value.told(), site: found.site }
}

/// Whether values of this kind are never constants, whatever they are made of.
fn never_constant(value: Value) -> bool {
    matches!(
        value,
        Value::Param(_)
            | Value::List(_)
            | Value::Set(_)
            | Value::Dict(_)
            | Value::Function(_)
            | Value::Class(_)
            | Value::Await(_)
            | Value::Yield(_)
            | Value::YieldFrom(_)
            | Value::Caught { .. }
    )
}
