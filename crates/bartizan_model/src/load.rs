//! From the text of a model file to entries: every name is looked up, every mistake has its place.

use std::collections::BTreeMap;
use std::ops::Range;

use bartizan_finding::Confidence;
use toml::Spanned;

use crate::entry::{
    Attribute, CallKind, Callable, Class, Decorator, Module, Page, Param, ParamKind, Receiver,
    Registered, Returns, Role, Route, RouteTarget, Stored, Urlconf, Usage, Versions,
};
use crate::error::Complaint;
use crate::schema;
use crate::{Condition, Expected, Kind, Literal, ModelError, Of, Test, signature};

/// The newest shape of model files.
const SCHEMA: i64 = 1;

/// Reads one file.
pub(crate) fn load(path: &str, text: &str) -> Result<Module, ModelError> {
    read(text).map_err(|complaint| complaint.in_file(path, text))
}

type Read<T> = Result<T, Complaint>;

fn read(text: &str) -> Read<Module> {
    let file: schema::File = toml::from_str(text).map_err(|error| {
        Complaint::new(error.span().unwrap_or_default(), error.message().trim().to_owned())
    })?;
    if *file.schema.get_ref() != SCHEMA {
        return Err(Complaint::new(
            file.schema.span(),
            format!("schema {} is not known; this version reads {SCHEMA}", file.schema.get_ref()),
        ));
    }
    let name = dotted(&file.module)?;
    let mut module =
        Module { alias_of: file.alias_of.as_ref().map(dotted).transpose()?, ..Module::default() };
    for (alias, target) in &file.aliases {
        module.aliases.insert(alias.clone(), dotted(target)?);
    }
    module.attributes = attributes(file.attributes)?;
    for raw in file.function {
        for function in functions(raw, &name, Place::Module)? {
            let (span, function) = function;
            let taken = module.functions.insert(function.name.clone(), function);
            if let Some(taken) = taken {
                return Err(Complaint::new(span, twice(&taken.path)));
            }
        }
    }
    for raw in file.class {
        for (span, class) in classes(raw, &name)? {
            if module.functions.contains_key(&class.name) {
                return Err(Complaint::new(span, twice(&class.path)));
            }
            if let Some(taken) = module.classes.insert(class.name.clone(), class) {
                return Err(Complaint::new(span, twice(&taken.path)));
            }
        }
    }
    for raw in file.decorator {
        for (span, decorator) in decorators(raw, &name)? {
            // A decorator may be a function as well; the two entries say different things of it.
            if let Some(taken) = module.decorators.insert(decorator.name.clone(), decorator) {
                return Err(Complaint::new(span, twice(&taken.path)));
            }
        }
    }
    module.urlconf = file.urlconf.map(urlconf).transpose()?;
    for raw in file.admin {
        let is_label = raw.model.get_ref().split('.').count() == 2;
        if !is_label {
            return Err(Complaint::new(raw.model.span(), "a model is written `label.Name`"));
        }
        module.admin.push(Registered {
            model: raw.model.into_inner(),
            class: dotted(&raw.class)?,
            setting: raw.setting,
            swapped_by: raw.swapped_by,
        });
    }
    let defined = |alias: &&String| {
        module.functions.contains_key(*alias)
            || module.classes.contains_key(*alias)
            || module.decorators.contains_key(*alias)
            || module.attributes.contains_key(*alias)
    };
    if let Some(alias) = module.aliases.keys().find(defined) {
        let span = file.aliases[alias].span();
        return Err(Complaint::new(span, twice(&format!("{name}.{alias}"))));
    }
    module.name = name;
    Ok(module)
}

fn urlconf(raw: schema::Urlconf) -> Read<Urlconf> {
    let why = raw.why.as_ref().map(|why| why.get_ref().clone()).unwrap_or_default();
    let mut routes = Vec::new();
    for spanned in raw.routes {
        let span = spanned.span();
        let raw = spanned.into_inner();
        let target = match (raw.view, raw.include) {
            (Some(view), None) => RouteTarget::View(view),
            (None, Some(include)) => RouteTarget::Include(include),
            _ => return Err(Complaint::new(span, "a route has a `view` or an `include`")),
        };
        routes.push(Route {
            route: raw.route,
            name: raw.name,
            target,
            methods: raw.methods,
            guards: kinds(&raw.guards, Of::Decorator)?,
            csrf_exempt: raw.csrf_exempt.unwrap_or(false),
            changes: raw.changes.unwrap_or_default(),
            installed: raw.installed,
            setting: raw.setting,
            list: raw.list,
        });
    }
    Ok(Urlconf { app_name: raw.app_name, routes, why })
}

fn twice(path: &str) -> String {
    format!("`{path}` is described twice")
}

/// Where a function stands.
#[derive(Clone, Copy, PartialEq)]
enum Place<'a> {
    Module,
    Class { why: &'a str },
}

fn functions(
    raw: schema::Function,
    parent: &str,
    place: Place<'_>,
) -> Read<Vec<(Range<usize>, Callable)>> {
    let span = raw.name.span();
    let Some(params) = &raw.params else {
        return Err(Complaint::new(span, "`params` is missing: write the signature"));
    };
    let params = parameters(params)?;
    let confidence = confidence(raw.confidence.as_ref())?;
    let receiver = match (&raw.receiver, place) {
        (None, Place::Module) => Receiver::None,
        (None, Place::Class { .. }) => Receiver::Instance,
        (Some(word), Place::Module) => {
            return Err(Complaint::new(word.span(), "only a method has a `receiver`"));
        }
        (Some(word), Place::Class { .. }) => match word.get_ref().as_str() {
            "instance" => Receiver::Instance,
            "class" => Receiver::Class,
            "static" => Receiver::None,
            _ => {
                return Err(Complaint::new(
                    word.span(),
                    "`receiver` is `\"instance\"`, `\"class\"` or `\"static\"`",
                ));
            }
        },
    };
    let says_something = !(raw.roles.is_empty()
        && raw.kinds.is_empty()
        && raw.cleans.is_empty()
        && raw.passes.is_empty());
    let why = match (&raw.why, place) {
        // The class speaks for methods that only carry types on.
        (None, Place::Class { why }) if !says_something => why.to_owned(),
        (why, _) => reason(why.as_ref(), &span)?,
    };
    let returns = match &raw.returns {
        Some(word) if word.get_ref() == "self" && place == Place::Module => {
            return Err(Complaint::new(word.span(), "only a method returns `self`"));
        }
        Some(word) if word.get_ref() == "self" => Some(Returns::Receiver),
        Some(word) => Some(Returns::Class(dotted(word)?)),
        None => None,
    };
    let callable = Callable {
        path: String::new(),
        name: String::new(),
        roles: roles(raw.roles, &params, confidence)?,
        kinds: call_kinds(raw.kinds, &params, confidence)?,
        cleans: kinds(&raw.cleans, Of::Argument)?,
        passes: passes(&raw.passes, &params)?,
        returns,
        receiver,
        versions: versions(raw.since.as_ref(), raw.until.as_ref())?,
        confidence,
        why,
        params,
    };
    Ok(names(&raw.name)?
        .into_iter()
        .map(|name| {
            let path = format!("{parent}.{name}");
            (span.clone(), Callable { path, name, ..callable.clone() })
        })
        .collect())
}

fn classes(raw: schema::Class, module: &str) -> Read<Vec<(Range<usize>, Class)>> {
    let span = raw.name.span();
    let why = reason(raw.why.as_ref(), &span)?;
    let confidence = confidence(raw.confidence.as_ref())?;
    let versions = versions(raw.since.as_ref(), raw.until.as_ref())?;
    let constructor_known = raw.params.is_some();
    let params = match &raw.params {
        Some(params) => parameters(params)?,
        None => {
            let gathers = |name: &str, kind| Param { name: name.to_owned(), kind, default: None };
            vec![gathers("args", ParamKind::Args), gathers("kwargs", ParamKind::Kwargs)]
        }
    };
    let constructor = Callable {
        path: String::new(),
        name: String::new(),
        roles: roles(raw.roles, &params, confidence)?,
        kinds: call_kinds(raw.kinds, &params, confidence)?,
        cleans: kinds(&raw.cleans, Of::Argument)?,
        passes: passes(&raw.passes, &params)?,
        returns: None,
        receiver: Receiver::None,
        versions: versions.clone(),
        confidence,
        why: why.clone(),
        params,
    };
    let bases = raw.bases.iter().map(dotted).collect::<Read<Vec<_>>>()?;
    let mut instances_named = BTreeMap::new();
    for (name, sure) in raw.instances_named {
        let plain = name.strip_prefix('*').unwrap_or(&name);
        if !is_identifier(plain) {
            return Err(Complaint::new(
                sure.span(),
                format!("`{name}` is no name of a variable; a `*` may stand before it"),
            ));
        }
        instances_named.insert(name, self::confidence(Some(&sure))?);
    }
    let mut class = Class {
        path: String::new(),
        name: String::new(),
        bases,
        constructor,
        constructor_known,
        methods: BTreeMap::new(),
        attributes: attributes(raw.attributes)?,
        instances_named,
        answers: raw.answers,
        guards: kinds(&raw.guards, Of::Decorator)?,
        pages: raw
            .pages
            .into_iter()
            .map(|page| Page { route: page.route, name: page.name, view: page.view })
            .collect(),
        versions,
        why,
    };
    for raw in raw.method {
        for (span, method) in functions(raw, "", Place::Class { why: &class.why })? {
            if let Some(taken) = class.methods.insert(method.name.clone(), method) {
                let message = format!("the method `{}` is described twice", taken.name);
                return Err(Complaint::new(span, message));
            }
        }
    }
    Ok(names(&raw.name)?
        .into_iter()
        .map(|name| {
            let path = format!("{module}.{name}");
            let mut class = Class { path: path.clone(), name: name.clone(), ..class.clone() };
            class.constructor.returns = Some(Returns::Class(path.clone()));
            for method in class.methods.values_mut() {
                method.path = format!("{path}.{}", method.name);
            }
            class.constructor.path = path;
            // The last part, as of any callable: `Inner` of `Outer.Inner`.
            class.constructor.name = name.rsplit('.').next().unwrap_or(&name).to_owned();
            (span.clone(), class)
        })
        .collect())
}

fn decorators(raw: schema::Decorator, module: &str) -> Read<Vec<(Range<usize>, Decorator)>> {
    let span = raw.name.span();
    let usage = match &raw.usage {
        None => Usage::Bare,
        Some(word) => match word.get_ref().as_str() {
            "bare" => Usage::Bare,
            "called" => Usage::Called,
            "either" => Usage::Either,
            _ => {
                return Err(Complaint::new(
                    word.span(),
                    "`usage` is `\"bare\"`, `\"called\"` or `\"either\"`",
                ));
            }
        },
    };
    let params = match &raw.params {
        Some(params) => parameters(params)?,
        None if usage == Usage::Bare => Vec::new(),
        None => {
            return Err(Complaint::new(
                span,
                "a decorator that is called needs `params`: write the signature",
            ));
        }
    };
    let applies = match &raw.applies {
        Some(name) => Some(index_of(&params, name.get_ref(), &name.span())?),
        None => None,
    };
    let decorator = Decorator {
        path: String::new(),
        name: String::new(),
        adds: kinds(&raw.adds, Of::Decorator)?,
        transparent: raw.transparent.unwrap_or(true),
        usage,
        params,
        applies,
        versions: versions(raw.since.as_ref(), raw.until.as_ref())?,
        confidence: confidence(raw.confidence.as_ref())?,
        why: reason(raw.why.as_ref(), &span)?,
    };
    Ok(names(&raw.name)?
        .into_iter()
        .map(|name| {
            let path = format!("{module}.{name}");
            (span.clone(), Decorator { path, name, ..decorator.clone() })
        })
        .collect())
}

fn attributes(
    raw: BTreeMap<String, Spanned<schema::Attribute>>,
) -> Read<BTreeMap<String, Attribute>> {
    let mut attributes = BTreeMap::new();
    for (name, attribute) in raw {
        let span = attribute.span();
        let attribute = attribute.into_inner();
        let nothing = attribute.kinds.is_empty() && attribute.stored.is_empty();
        if attribute.class.is_none() && nothing {
            return Err(Complaint::new(span, "an attribute needs `class`, `kinds` or `stored`"));
        }
        if let Some(class) = &attribute.class {
            check_dotted(class, &span)?;
        }
        let kinds = kinds(&attribute.kinds, Of::Value)?;
        let stored = attribute.stored.into_iter().map(stored).collect::<Read<Vec<_>>>()?;
        attributes.insert(name, Attribute { class: attribute.class, kinds, stored });
    }
    Ok(attributes)
}

fn stored(raw: schema::Stored) -> Read<Stored> {
    Ok(Stored {
        into: kind(raw.into.get_ref(), &raw.into.span(), Of::Argument)?,
        when: raw.when.map_or_else(Vec::new, |raw| raw.0.into_iter().map(expected).collect()),
        confidence: confidence(raw.confidence.as_ref())?,
    })
}

fn roles(
    raw: BTreeMap<String, Spanned<schema::OneOrMany<schema::Role>>>,
    params: &[Param],
    entry: Confidence,
) -> Read<Vec<Role>> {
    let mut roles = Vec::new();
    for (name, of_param) in raw {
        let param = index_of(params, &name, &of_param.span())?;
        for role in of_param.into_inner().0 {
            roles.push(Role {
                param,
                into: kind(role.into.get_ref(), &role.into.span(), Of::Argument)?,
                when: role.when.map(|raw| condition(raw, params)).transpose()?,
                unless: role.unless.map(|raw| condition(raw, params)).transpose()?,
                confidence: match &role.confidence {
                    Some(_) => confidence(role.confidence.as_ref())?,
                    None => entry,
                },
            });
        }
    }
    // As the call writes its arguments, not as the alphabet has them.
    roles.sort_by_key(|role| role.param);
    Ok(roles)
}

fn passes(raw: &[Spanned<String>], params: &[Param]) -> Read<Vec<usize>> {
    raw.iter().map(|name| index_of(params, name.get_ref(), &name.span())).collect()
}

fn call_kinds(
    raw: Vec<Spanned<schema::KindUse>>,
    params: &[Param],
    entry: Confidence,
) -> Read<Vec<CallKind>> {
    raw.into_iter()
        .map(|used| {
            let span = used.span();
            let used = used.into_inner();
            Ok(CallKind {
                kind: kind(&used.kind, &span, Of::Call)?,
                when: used.when.map(|raw| condition(raw, params)).transpose()?,
                unless: used.unless.map(|raw| condition(raw, params)).transpose()?,
                confidence: match &used.confidence {
                    Some(_) => confidence(used.confidence.as_ref())?,
                    None => entry,
                },
            })
        })
        .collect()
}

fn condition(raw: schema::Condition, params: &[Param]) -> Read<Condition> {
    let mut tests = Vec::new();
    for (name, values) in raw {
        let span = values.span();
        let param = index_of(params, &name, &span)?;
        let any_of: Vec<Expected> = values.into_inner().0.into_iter().map(expected).collect();
        if any_of.is_empty() {
            return Err(Complaint::new(span, format!("no value of `{name}` would do")));
        }
        tests.push(Test { param, any_of });
    }
    tests.sort_by_key(|test| test.param);
    Ok(Condition { tests })
}

fn expected(constant: schema::Constant) -> Expected {
    match constant {
        schema::Constant::Bool(value) => Expected::Literal(Literal::Bool(value)),
        schema::Constant::Int(value) => Expected::Literal(Literal::Int(value)),
        schema::Constant::Float(value) => Expected::Literal(Literal::Float(value)),
        schema::Constant::Text(text) => match text.as_str() {
            "absent" => Expected::Absent,
            "given" => Expected::Given,
            "truthy" => Expected::Truthy,
            "falsy" => Expected::Falsy,
            "None" => Expected::Literal(Literal::None),
            _ => match text.strip_suffix("()") {
                Some(called) => Expected::CallOf(called.to_owned()),
                None => Expected::Named(text),
            },
        },
    }
}

fn kinds(raw: &[Spanned<String>], of: Of) -> Read<Vec<Kind>> {
    raw.iter().map(|word| kind(word.get_ref(), &word.span(), of)).collect()
}

fn kind(name: &str, span: &Range<usize>, of: Of) -> Read<Kind> {
    let Some(kind) = Kind::named(name) else {
        return Err(Complaint::new(span.clone(), format!("there is no kind `{name}`")));
    };
    if !kind.of().contains(&of) {
        let message = format!("`{name}` cannot be said of {}", of.phrase());
        return Err(Complaint::new(span.clone(), message));
    }
    Ok(kind)
}

fn parameters(raw: &Spanned<String>) -> Read<Vec<Param>> {
    signature::parse(raw.get_ref()).map_err(|(at, message)| {
        // The text begins behind its quote. Where TOML escapes stand before the mistake, the place
        // is a little early, but still inside the signature.
        let at = (raw.span().start + 1 + at).min(raw.span().end);
        Complaint::new(at..at, message)
    })
}

fn index_of(params: &[Param], name: &str, span: &Range<usize>) -> Read<usize> {
    params.iter().position(|param| param.name == name).ok_or_else(|| {
        Complaint::new(span.clone(), format!("the signature has no parameter `{name}`"))
    })
}

fn confidence(raw: Option<&Spanned<String>>) -> Read<Confidence> {
    match raw {
        None => Ok(Confidence::High),
        Some(word) => word.get_ref().parse().map_err(|()| {
            let message = "`confidence` is `\"high\"`, `\"medium\"` or `\"low\"`";
            Complaint::new(word.span(), message)
        }),
    }
}

fn versions(since: Option<&Spanned<String>>, until: Option<&Spanned<String>>) -> Read<Versions> {
    let checked = |word: Option<&Spanned<String>>| match word {
        None => Ok(None),
        Some(word) => {
            let version = word.get_ref();
            let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            if version.split('.').all(digits) {
                return Ok(Some(version.clone()));
            }
            let message = format!("`{version}` is no version: write numbers and dots");
            Err(Complaint::new(word.span(), message))
        }
    };
    Ok(Versions { since: checked(since)?, until: checked(until)? })
}

fn reason(raw: Option<&Spanned<String>>, entry: &Range<usize>) -> Read<String> {
    match raw {
        Some(why) if !why.get_ref().trim().is_empty() => Ok(why.get_ref().trim().to_owned()),
        Some(why) => Err(Complaint::new(why.span(), "`why` is empty")),
        None => Err(Complaint::new(
            entry.clone(),
            "`why` is missing: one sentence, and where the documentation says so",
        )),
    }
}

fn names(raw: &Spanned<schema::OneOrMany<String>>) -> Read<Vec<String>> {
    let names = &raw.get_ref().0;
    if names.is_empty() {
        return Err(Complaint::new(raw.span(), "a name is missing"));
    }
    for name in names {
        check_dotted(name, &raw.span())?;
    }
    Ok(names.clone())
}

fn dotted(raw: &Spanned<String>) -> Read<String> {
    check_dotted(raw.get_ref(), &raw.span())?;
    Ok(raw.get_ref().clone())
}

fn check_dotted(name: &str, span: &Range<usize>) -> Read<()> {
    if name.split('.').all(is_identifier) {
        return Ok(());
    }
    Err(Complaint::new(span.clone(), format!("`{name}` is no name in Python")))
}

fn is_identifier(part: &str) -> bool {
    part.starts_with(|c: char| c == '_' || c.is_alphabetic())
        && part.chars().all(|c| c == '_' || c.is_alphanumeric())
}
