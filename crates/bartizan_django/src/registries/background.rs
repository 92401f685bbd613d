//! Code that runs without a visitor: tasks, receivers of signals, management commands.

use bartizan_ir::{ArgKind, EffectKind, FunctionId, FunctionKind, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};

use super::classes::{Reader, last, outside};
use super::{Place, Registries};

/// A piece of code that runs without a visitor.
#[derive(Clone, Debug, PartialEq)]
pub struct Background {
    /// Why it runs.
    pub kind: BackgroundKind,
    /// Its name; for a command, as it is called.
    pub name: String,
    /// Its code.
    pub function: (FileId, FunctionId),
    /// Where it is named.
    pub place: Place,
    /// Of a receiver: the class whose rows it hears of, where the place says it.
    pub sender: Option<String>,
    /// Of a receiver: the signals of the project that it hears, by where they are made.
    pub signals: Vec<Entity>,
}

/// Why code runs without a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BackgroundKind {
    /// It was put into a queue: Celery, RQ, Django's tasks.
    Task,
    /// A signal was sent.
    Receiver,
    /// Somebody called `manage.py`.
    Command,
}

impl BackgroundKind {
    /// The word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Receiver => "receiver",
            Self::Command => "command",
        }
    }
}

/// What a decorator makes of a function.
fn kind_of(name: &str) -> Option<BackgroundKind> {
    match name {
        "shared_task" | "task" | "periodic_task" | "db_task" | "db_periodic_task" | "job" => {
            Some(BackgroundKind::Task)
        }
        "receiver" => Some(BackgroundKind::Receiver),
        _ => None,
    }
}

pub(super) fn read(reader: &Reader<'_, '_>, registries: &mut Registries) {
    let project = reader.project;
    for file in project.files() {
        let ir = project.ir(file);
        for (id, function) in ir.functions() {
            if function.kind != FunctionKind::Def {
                continue;
            }
            for by in &ir.ids[function.decorators] {
                let named = match ir.value(ir.bare(*by)) {
                    Value::Call { callee, .. } => callee,
                    _ => *by,
                };
                let name = match ir.value(ir.bare(named)) {
                    Value::Attr { name, .. }
                    | Value::Global { name, .. }
                    | Value::Import { name: Some(name), .. } => ir.str(name),
                    _ => continue,
                };
                let own = matches!(project.definition(file, named), Entity::Function(..));
                if let Some(kind) = kind_of(name).filter(|_| !own) {
                    registries.background.push(Background {
                        kind,
                        name: ir.str(function.qualname).to_owned(),
                        function: (file, id),
                        place: Place { file, span: function.name_span },
                        sender: sender(project, file, *by),
                        signals: heard(project, file, *by),
                    });
                    break;
                }
            }
        }
    }
    connected(reader, registries);
    for (file, class) in project.classes().iter().copied() {
        // A class of Celery's tasks does in `run` what a function would.
        let is_task = outside(project, (file, class))
            .any(|base| matches!(base, "celery.Task" | "celery.app.task.Task"));
        if is_task
            && let Some(member) = project.own_member(ClassRef::Project(file, class), "run")
            && let Some(function) = project.definition(member.class.0, member.value).as_function()
        {
            let record = project.ir(file).class(class);
            registries.background.push(Background {
                kind: BackgroundKind::Task,
                name: project.ir(file).str(record.qualname).to_owned(),
                function,
                place: Place { file, span: record.name_span },
                sender: None,
                signals: Vec::new(),
            });
        }
        let is_command = outside(project, (file, class))
            .any(|base| matches!(last(base), "BaseCommand" | "LabelCommand" | "AppCommand"));
        let path = project.path(file);
        if !is_command || !path.parent().ends_with("management/commands") {
            continue;
        }
        let Some(member) = project.lookup_member(ClassRef::Project(file, class), "handle") else {
            continue;
        };
        let Some(function) = project.definition(member.class.0, member.value).as_function() else {
            continue;
        };
        let name = path.name().trim_end_matches(".py").to_owned();
        let span = project.ir(file).class(class).name_span;
        registries.background.push(Background {
            kind: BackgroundKind::Command,
            name,
            function,
            place: Place { file, span },
            sender: None,
            signals: Vec::new(),
        });
    }
}

/// `post_save.connect(tell_the_doctor, sender=Visit)`
fn connected(reader: &Reader<'_, '_>, registries: &mut Registries) {
    let project = reader.project;
    for file in project.files() {
        let ir = project.ir(file);
        let Some(connect) = ir.strings.find("connect") else { continue };
        for (_, around) in ir.functions() {
            for effect in &ir.effects[around.effects] {
                let EffectKind::Call(call) = effect.kind else { continue };
                let Value::Call { callee, args } = ir.value(call) else { continue };
                let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { continue };
                if name != connect || !is_signal(project, file, of) {
                    continue;
                }
                let receiver = ir.args[args].iter().find(|arg| match arg.kind {
                    ArgKind::Positional => true,
                    ArgKind::Keyword(key) => ir.str(key) == "receiver",
                    _ => false,
                });
                let Some(receiver) = receiver else { continue };
                let Entity::Function(at, function) = project.definition(file, receiver.value)
                else {
                    continue;
                };
                let record = project.ir(at).function(function);
                registries.background.push(Background {
                    kind: BackgroundKind::Receiver,
                    name: project.ir(at).str(record.qualname).to_owned(),
                    function: (at, function),
                    place: Place { file, span: ir.span(call) },
                    sender: sender(project, file, call),
                    signals: signal(project, file, of).into_iter().collect(),
                });
            }
        }
    }
}

/// The class that a call names as `sender`.
fn sender(project: &Project, file: FileId, call: ValueId) -> Option<String> {
    let ir = project.ir(file);
    let Value::Call { args, .. } = ir.value(ir.bare(call)) else { return None };
    let sender = ir.args[args]
        .iter()
        .find(|arg| matches!(arg.kind, ArgKind::Keyword(key) if ir.str(key) == "sender"))?;
    let Entity::Class(file, class) = project.definition(file, sender.value) else { return None };
    let ir = project.ir(file);
    Some(ir.str(ir.class(class).name).to_owned())
}

/// The signals of the project that `@receiver(order_placed)` or `@receiver([order_placed, …])` names.
fn heard(project: &Project, file: FileId, by: ValueId) -> Vec<Entity> {
    let ir = project.ir(file);
    let Value::Call { args, .. } = ir.value(ir.bare(by)) else { return Vec::new() };
    let Some(first) = ir.args[args].first().filter(|arg| arg.kind == ArgKind::Positional) else {
        return Vec::new();
    };
    match ir.value(ir.bare(first.value)) {
        Value::List(items) | Value::Tuple(items) => {
            let items = ir.items[items].iter();
            items.filter_map(|item| signal(project, file, item.value)).collect()
        }
        _ => signal(project, file, first.value).into_iter().collect(),
    }
}

/// Where a signal is made: the call behind its name, of a class that is called so.
pub(crate) fn signal(project: &Project, file: FileId, value: ValueId) -> Option<Entity> {
    let made = project.definition(file, value);
    let Entity::Value(at, call) = made else { return None };
    let ir = project.ir(at);
    let Value::Call { callee, .. } = ir.value(ir.bare(call)) else { return None };
    let class = match ir.value(ir.bare(callee)) {
        Value::Attr { name, .. }
        | Value::Global { name, .. }
        | Value::Import { name: Some(name), .. } => ir.str(name),
        Value::Class(class) => ir.str(ir.class(class).name),
        _ => return None,
    };
    class.ends_with("Signal").then_some(made)
}

/// How a signal is sent: `send`, `send_robust`, `asend`, and what classes of signals add, such as
/// `send_chained`.
pub(crate) fn is_sending(method: &str) -> bool {
    method.strip_prefix('a').unwrap_or(method).starts_with("send")
}

/// Whether a value is a signal: Django's, or what `Signal()` made in the project.
fn is_signal(project: &Project, file: FileId, value: ValueId) -> bool {
    if signal(project, file, value).is_some() {
        return true;
    }
    match project.resolve(file, value) {
        Entity::External(symbol) => project.symbol(symbol).contains("signals."),
        entity => project.dotted(entity).is_some_and(|name| name.contains("signals.")),
    }
}
