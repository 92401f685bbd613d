//! What an entry can say of a function, a class, a decorator.

use std::collections::BTreeMap;

use bartizan_finding::Confidence;

use crate::{Condition, Expected, Kind, Literal};

/// Something that is called: a function, a method, or a class as its own constructor.
#[derive(Clone, Debug, PartialEq)]
pub struct Callable {
    /// The whole dotted name, `subprocess.run` or `django.db.models.query.QuerySet.raw`.
    pub path: String,
    /// The last part of the name.
    pub name: String,
    /// The parameters as a caller sees them: a method's receiver is not among them.
    pub params: Vec<Param>,
    /// What the callable does with its arguments.
    pub roles: Vec<Role>,
    /// What the call itself is, whatever its arguments.
    pub kinds: Vec<CallKind>,
    /// The kinds for which the result is harmless, whatever went in: `escape` cleans `html-text`.
    pub cleans: Vec<Kind>,
    /// The parameters that the result consists of, in whatever form: `b64decode` passes its text on.
    pub passes: Vec<usize>,
    /// The type of the result.
    pub returns: Option<Returns>,
    /// What it is called on.
    pub receiver: Receiver,
    /// The versions of the package that have it.
    pub versions: Versions,
    /// How sure the entry is.
    pub confidence: Confidence,
    /// One sentence with the place in the documentation that says so.
    pub why: String,
}

impl Callable {
    /// The index of the parameter called `name`, whatever its kind.
    pub fn param(&self, name: &str) -> Option<usize> {
        self.params.iter().position(|param| param.name == name)
    }

    /// The roles whose argument goes into `kind`.
    pub fn roles_into(&self, kind: Kind) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(move |role| role.into == kind)
    }
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name, without stars.
    pub name: String,
    /// How an argument reaches it.
    pub kind: ParamKind,
    /// The value that stands where no argument is given.
    pub default: Option<Literal>,
}

/// How an argument reaches a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParamKind {
    /// Before `/`.
    PositionalOnly,
    /// By position or by name.
    Normal,
    /// `*args`.
    Args,
    /// Behind `*`.
    KeywordOnly,
    /// `**kwargs`.
    Kwargs,
}

/// What a callable does with one argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// The index of the parameter.
    pub param: usize,
    /// What the argument becomes.
    pub into: Kind,
    /// The role stands only where this holds.
    pub when: Option<Condition>,
    /// The role falls where this holds.
    pub unless: Option<Condition>,
    /// How sure.
    pub confidence: Confidence,
}

/// What a call is.
#[derive(Clone, Debug, PartialEq)]
pub struct CallKind {
    /// The kind.
    pub kind: Kind,
    /// It is so only where this holds.
    pub when: Option<Condition>,
    /// It is not so where this holds.
    pub unless: Option<Condition>,
    /// How sure.
    pub confidence: Confidence,
}

/// The type of a call's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returns {
    /// An instance of the class with this dotted name.
    Class(String),
    /// An instance of the type that the method was called on (`returns = "self"`).
    Receiver,
}

/// What a callable is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Receiver {
    /// Nothing: a function, a constructor, a static method.
    None,
    /// An instance: called through its class, the first positional argument is the receiver.
    Instance,
    /// The class.
    Class,
}

/// The versions of a package that have something; both ends may be open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// The first that has it.
    pub since: Option<String>,
    /// The first that no longer has it.
    pub until: Option<String>,
}

/// A class.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// The whole dotted name.
    pub path: String,
    /// The name inside its module.
    pub name: String,
    /// The bases by dotted name, in order.
    pub bases: Vec<String>,
    /// What a call of the class does; its parameters are `*args, **kwargs` where the entry gives
    /// none.
    pub constructor: Callable,
    /// Whether the entry says how the class is called.
    pub constructor_known: bool,
    /// The methods by name, without inherited ones.
    pub methods: BTreeMap<String, Callable>,
    /// The attributes and properties by name, without inherited ones.
    pub attributes: BTreeMap<String, Attribute>,
    /// Names of variables that are taken for an instance where nothing else is known of their
    /// type. A name may begin with `*`: `*_cursor`.
    pub instances_named: BTreeMap<String, Confidence>,
    /// The methods that it answers to as a view; empty where it is none, or that is not said.
    pub answers: Vec<String>,
    /// Kinds of decorators: who gets past a view of it, a mixin, or a permission class.
    pub guards: Vec<Kind>,
    /// Pages that it adds to those of a model in the admin.
    pub pages: Vec<Page>,
    /// The versions of the package that have it.
    pub versions: Versions,
    /// One sentence with the place in the documentation that describes it.
    pub why: String,
}

/// A page that a class adds to those of a model in the admin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Below that of the model; a regular expression begins with `^`.
    pub route: String,
    /// Its name behind label and model: `import` of `shop_order_import`; with `=` before it the whole.
    pub name: Option<String>,
    /// The method that answers.
    pub view: String,
}

/// An attribute of a class, or a variable of a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its type by dotted name.
    pub class: Option<String>,
    /// What the value is, such as `remote`.
    pub kinds: Vec<Kind>,
    /// What becomes of a value that is stored in the attribute.
    pub stored: Vec<Stored>,
}

/// What a value becomes that is stored in an attribute, as an argument has a [`Role`].
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// What it becomes.
    pub into: Kind,
    /// It does so only where it is one of these; empty where any value does.
    pub when: Vec<Expected>,
    /// How sure.
    pub confidence: Confidence,
}

/// What a decorator adds to what it decorates.
#[derive(Clone, Debug, PartialEq)]
pub struct Decorator {
    /// The whole dotted name.
    pub path: String,
    /// The last part of the name.
    pub name: String,
    /// What the decorated function or class becomes.
    pub adds: Vec<Kind>,
    /// Whether calls of the decorated function go through to it with the same arguments.
    pub transparent: bool,
    /// Whether it is called before it decorates.
    pub usage: Usage,
    /// The parameters of that call.
    pub params: Vec<Param>,
    /// The parameter that holds another decorator, which is applied too (`method_decorator`).
    pub applies: Option<usize>,
    /// The versions of the package that have it.
    pub versions: Versions,
    /// How sure the entry is.
    pub confidence: Confidence,
    /// One sentence with the place in the documentation that says so.
    pub why: String,
}

/// How a decorator is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Usage {
    /// `@csrf_exempt`.
    Bare,
    /// `@require_http_methods(["POST"])`.
    Called,
    /// `@login_required` and `@login_required(login_url="/enter/")`.
    Either,
}

/// All that is known of one Python module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    /// Its dotted name.
    pub name: String,
    /// The module that this one is another name for (`Cryptodome.Hash` for `Crypto.Hash`).
    pub alias_of: Option<String>,
    /// Names that are defined elsewhere, with the dotted name of the definition.
    pub aliases: BTreeMap<String, String>,
    /// Variables of the module.
    pub attributes: BTreeMap<String, Attribute>,
    /// Functions by name.
    pub functions: BTreeMap<String, Callable>,
    /// Classes by name inside the module.
    pub classes: BTreeMap<String, Class>,
    /// Decorators by name.
    pub decorators: BTreeMap<String, Decorator>,
    /// Its `urlpatterns`.
    pub urlconf: Option<Urlconf>,
    /// The models that it registers with the admin.
    pub admin: Vec<Registered>,
}

/// The `urlpatterns` of a module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Urlconf {
    /// Its `app_name`.
    pub app_name: Option<String>,
    /// The routes, in order.
    pub routes: Vec<Route>,
    /// One sentence with the place in the documentation that says so.
    pub why: String,
}

/// A route of a [`Urlconf`].
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// As the module writes it; a regular expression begins with `^`.
    pub route: String,
    /// Its name.
    pub name: Option<String>,
    /// Where it leads.
    pub target: RouteTarget,
    /// The methods that the view answers to; empty where all are answered alike.
    pub methods: Vec<String>,
    /// Kinds of decorators: who gets in, and whether it is asked where the request comes from.
    pub guards: Vec<Kind>,
    /// Whether the view asks for no token against forged requests.
    pub csrf_exempt: bool,
    /// The models whose rows the view changes; `settings.AUTH_USER_MODEL` for the project's users.
    pub changes: Vec<String>,
    /// The route is there only where this application is installed.
    pub installed: Option<String>,
    /// The route is there only where this setting is true; with `!` before it, where it is not.
    pub setting: Option<String>,
    /// The list of the module that it is in, where sites may take up that list alone.
    pub list: Option<String>,
}

/// Where a known route leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteTarget {
    /// To the view with this dotted name.
    View(String),
    /// To the URLconf with this dotted name.
    Include(String),
}

/// A model that a module registers with the admin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Label of the application and name of the model: `auth.Group`.
    pub model: String,
    /// The dotted name of the admin's class.
    pub class: String,
    /// Only where this setting is true; with `!` before it, where it is not.
    pub setting: Option<String>,
    /// The setting by which another model takes its place: `OAUTH2_PROVIDER_APPLICATION_MODEL`.
    pub swapped_by: Option<String>,
}
