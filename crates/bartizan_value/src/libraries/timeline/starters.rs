//! What the file that starts a site has done to the environment before Django reads the settings.

use bartizan_ir::Value;
use rustc_hash::FxHashSet;
use std::sync::Arc;

use super::Moment;
use crate::FileId;
use crate::environment::Variables;
use crate::evaluator::Evaluator;
use crate::session::Session;

/// The last words of the names of what makes Django read the settings.
const READS_SETTINGS: &[&str] = &[
    "ManagementUtility",
    "call_command",
    "execute_from_command_line",
    "get_asgi_application",
    "get_default_application",
    "get_internal_wsgi_application",
    "get_wsgi_application",
    "setup",
];

/// The packages that have them.
const PACKAGES: &[&str] = &["channels", "configurations", "django"];

impl Evaluator<'_> {
    /// The environment as a file that starts a site leaves it for the settings, where it is started with
    /// `variables`. `is_program` says that it is run as a program, as `manage.py` is.
    pub fn environment_after(
        &self,
        starter: FileId,
        is_program: bool,
        variables: &Variables,
    ) -> Variables {
        let mut questions = self.questions_where(variables);
        // Nobody asks here what modules change of each other.
        questions.session.meddled = Some(Arc::default());
        questions.session.root = Some(starter);
        questions.session.program = is_program.then_some(starter);
        questions.refuel();
        let after = questions.session.environment_for_settings(starter);
        questions.settle();
        after
    }
}

impl Session<'_> {
    fn environment_for_settings(&mut self, starter: FileId) -> Variables {
        self.ask_timeline(starter);
        let end: Moment = self.reads_settings(starter).unwrap_or_else(|| vec![u32::MAX]);
        let Some(timeline) = &self.timeline else { return (*self.variables).clone() };
        let writes = timeline.writes.partition_point(|write| write.moment < end);
        let ran: FxHashSet<FileId> = timeline
            .files
            .iter()
            .filter(|(_, moment)| **moment < end)
            .map(|(file, _)| *file)
            .collect();
        let state = self.state_after(writes);
        let mut after = (*state).clone();
        after.have_run(ran, &self.lines);
        after
    }

    /// When the settings are read, at the latest.
    fn reads_settings(&self, starter: FileId) -> Option<Moment> {
        let timeline = self.timeline.as_ref()?;
        let ir = self.world.ir(starter);
        let begun = timeline.files.get(&starter)?;
        let reads = ir.values.iter().enumerate().filter(|(_, value)| match value {
            Value::Call { callee, .. } => {
                let name = self.world.external(starter, *callee);
                name.is_some_and(|name| {
                    let (package, _) = name.split_once('.').unwrap_or((name, ""));
                    let last = name.rsplit('.').next().unwrap_or(name);
                    PACKAGES.contains(&package) && READS_SETTINGS.contains(&last)
                })
            }
            _ => false,
        });
        // A function is called behind the node that defines it, as a rule at the end of the file.
        let moments = reads.map(|(index, _)| {
            let node = bartizan_ir::ValueId::from_index(index);
            let mut moment = begun.clone();
            moment.push(index as u32);
            let owner = self.world.analysis(starter).owner(ir.stretch(node).function);
            if owner == bartizan_ir::FileIr::module() {
                return moment;
            }
            let called = ir.values.iter().enumerate().find(|(_, value)| match value {
                Value::Call { callee, .. } => self
                    .world
                    .function_called(starter, *callee)
                    .is_some_and(|(file, function, _)| (file, function) == (starter, owner)),
                _ => false,
            });
            match called {
                Some((call, _)) => {
                    moment.pop();
                    moment.extend([call as u32, index as u32]);
                    moment
                }
                None => vec![u32::MAX],
            }
        });
        moments.min()
    }
}
