//! What is asked for, as code sees it that runs before the views: a path, the names of a route, a view.

use bartizan_ir::{BinaryOp, EffectKind, FileIr, FunctionId, TextPiece, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::{Abstract, Evaluated};

use super::gates::{Gates, Run};
use super::words::{is_self, name_of, plain};
use crate::settings::{Truth, truth};

/// Expressions inside each other beyond which none is followed.
const DEEPEST: u8 = 8;

/// Texts of one list beyond which none is read.
const MOST_TEXTS: usize = 256;

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'s> {
    /// The route from the root: `/orders/<int:pk>/`.
    pub(super) route: &'s str,
    /// Its name, without namespaces.
    pub(super) name: Option<&'s str>,
    /// Its namespaces, the outermost first.
    pub(super) spaces: &'s [String],
    /// The dotted name of the view.
    pub(super) view: &'s str,
    /// Whether a decorator of the project gives the view an attribute of this name.
    pub(super) has_mark: &'s dyn Fn(&str) -> bool,
}

/// What code reads of a request to tell what is asked for.
enum Subject {
    /// The path, from its first slash or without it.
    Path {
        is_rooted: bool,
    },
    Text(Option<String>),
}

/// A text that code compares with.
#[derive(Clone, PartialEq)]
pub(super) enum Known {
    Text(String),
    /// The address of a route: `reverse("shop:cart")`.
    Of(String),
}

/// The part of a route that stands there letter by letter, and whether that is all of it.
struct Fixed {
    text: String,
    is_whole: bool,
}

impl Asked<'_> {
    fn view_name(&self) -> Option<String> {
        let name = self.name?;
        let spaces = self.spaces.iter().map(|space| space.trim_start_matches('='));
        Some(spaces.chain([name]).collect::<Vec<_>>().join(":"))
    }

    fn fixed(&self) -> Fixed {
        let is_regex = ["^", "$", "(?P<"].iter().any(|sign| self.route.contains(sign));
        let mut text = String::new();
        let mut signs = self.route.chars().peekable();
        while let Some(sign) = signs.next() {
            match sign {
                '^' if is_regex => {}
                '$' if is_regex && signs.peek().is_none() => {}
                '\\' if is_regex && signs.peek().is_some_and(|next| !next.is_alphanumeric()) => {
                    text.extend(signs.next());
                }
                '<' => return Fixed { text, is_whole: false },
                '\\' | '(' | '[' | '.' | '?' | '*' | '+' | '|' | '{' | '$' if is_regex => {
                    return Fixed { text, is_whole: false };
                }
                sign => text.push(sign),
            }
        }
        Fixed { text, is_whole: true }
    }

    /// Whether the path is a text.
    fn is(&self, is_rooted: bool, known: &Known) -> Truth {
        let fixed = self.fixed();
        match known {
            Known::Of(name) => Truth::known(self.view_name().as_deref() == Some(name)),
            Known::Text(text) => {
                let path = rooted(&fixed.text, is_rooted);
                match fixed.is_whole {
                    true => Truth::known(path == text),
                    false if text.starts_with(path) => Truth::Unknown,
                    false => Truth::No,
                }
            }
        }
    }

    fn begins(&self, is_rooted: bool, known: &Known) -> Truth {
        let fixed = self.fixed();
        match known {
            Known::Of(name) if self.view_name().as_deref() == Some(name) => Truth::Yes,
            // What lies below the first page of a part of the site.
            Known::Of(name) => match name.rsplit_once(':') {
                Some((spaces, "index")) => Truth::known(
                    self.spaces
                        .first()
                        .is_some_and(|space| space.trim_start_matches('=') == spaces),
                ),
                _ if matches!(name.as_str(), "index" | "home" | "root") => Truth::Unknown,
                _ => Truth::No,
            },
            Known::Text(text) => {
                let path = rooted(&fixed.text, is_rooted);
                match path.starts_with(text.as_str()) {
                    true => Truth::Yes,
                    false if !fixed.is_whole && text.starts_with(path) => Truth::Unknown,
                    false => Truth::No,
                }
            }
        }
    }

    fn holds(&self, text: &str) -> Truth {
        let fixed = self.fixed();
        match fixed.text.contains(text) {
            true => Truth::Yes,
            false if fixed.is_whole => Truth::No,
            false => Truth::Unknown,
        }
    }
}

fn rooted(path: &str, is_rooted: bool) -> &str {
    if is_rooted { path } else { path.trim_start_matches('/') }
}

/// One of several holds.
fn any(truths: impl Iterator<Item = Truth>) -> Truth {
    let mut all = Truth::No;
    for truth in truths {
        match truth {
            Truth::Yes => return Truth::Yes,
            Truth::Unknown => all = Truth::Unknown,
            Truth::No => {}
        }
    }
    all
}

impl Gates<'_> {
    /// How `==` comes out between what is asked for and a text; `None` where it is about something else.
    pub(super) fn asked_is(
        &self,
        run: Run,
        left: ValueId,
        right: ValueId,
        asked: &Asked<'_>,
    ) -> Option<Truth> {
        let (subject, other) = match self.subject(run, left, asked) {
            Some(subject) => (subject, right),
            None => (self.subject(run, right, asked)?, left),
        };
        let texts = self.texts(run, other, 0)?;
        Some(any(texts.iter().map(|text| subject_is(&subject, text, asked))))
    }

    /// How `in` comes out.
    pub(super) fn asked_in(
        &self,
        run: Run,
        left: ValueId,
        right: ValueId,
        asked: &Asked<'_>,
    ) -> Option<Truth> {
        if let Some(subject) = self.subject(run, left, asked) {
            let texts = self.texts_of(run, right, 0)?;
            return Some(any(texts.iter().map(|text| subject_is(&subject, text, asked))));
        }
        // `"staff" in request.resolver_match.namespaces`
        let ir = self.project.ir(run.file);
        if let Value::Attr { name, .. } = ir.value(plain(ir, right))
            && ir.str(name) == "namespaces"
        {
            let is_there =
                |text: &str| asked.spaces.iter().any(|space| space.trim_start_matches('=') == text);
            return Some(any(self.texts(run, left, 0)?.iter().map(|text| match text {
                Known::Text(text) => Truth::known(is_there(text)),
                Known::Of(_) => Truth::Unknown,
            })));
        }
        // `"/static/" in request.path`
        let Subject::Path { .. } = self.subject(run, right, asked)? else { return None };
        let texts = self.texts(run, left, 0)?;
        Some(any(texts.iter().map(|text| match text {
            Known::Text(text) => asked.holds(text),
            Known::Of(_) => Truth::Unknown,
        })))
    }

    /// How `request.path.startswith(…)` comes out, where `callee` is that.
    pub(super) fn asked_begins(
        &self,
        run: Run,
        callee: ValueId,
        with: ValueId,
        asked: &Asked<'_>,
    ) -> Option<Truth> {
        let ir = self.project.ir(run.file);
        let Value::Attr { of, .. } = ir.value(plain(ir, callee)) else { return None };
        let subject = self.subject(run, of, asked)?;
        let texts = self.texts(run, with, 0).or_else(|| self.texts_of(run, with, 0))?;
        Some(any(texts.iter().map(|text| match (&subject, text) {
            (Subject::Path { is_rooted }, text) => asked.begins(*is_rooted, text),
            (Subject::Text(Some(said)), Known::Text(text)) => Truth::known(said.starts_with(text)),
            (Subject::Text(None), _) => Truth::No,
            _ => Truth::Unknown,
        })))
    }

    /// Whether a view has an attribute by which a decorator of the project marks it.
    pub(super) fn asked_mark(
        &self,
        run: Run,
        of: ValueId,
        name: &str,
        asked: &Asked<'_>,
    ) -> Option<Truth> {
        let ir = self.project.ir(run.file);
        let of = plain(ir, of);
        let called = match ir.value(of) {
            Value::Param(place) => {
                let params = ir.function(ir.stretch(of).function).params;
                ir.str(ir.params[params].get(place as usize)?.name)
            }
            Value::Attr { name, .. } => ir.str(name),
            _ => return None,
        };
        matches!(called, "view_func" | "view" | "func" | "callback" | "view_function")
            .then(|| Truth::known((asked.has_mark)(name)))
    }

    fn subject(&self, run: Run, value: ValueId, asked: &Asked<'_>) -> Option<Subject> {
        let ir = self.project.ir(run.file);
        let value = plain(ir, value);
        let named = |name: &str| match name {
            "path" | "path_info" => Some(Subject::Path { is_rooted: true }),
            "url_name" => Some(Subject::Text(asked.name.map(str::to_owned))),
            "view_name" => Some(Subject::Text(asked.view_name())),
            "namespace" => {
                let spaces = asked.spaces.iter().map(|space| space.trim_start_matches('='));
                Some(Subject::Text(Some(spaces.collect::<Vec<_>>().join(":"))))
            }
            "__module__" => Some(Subject::Text(
                asked.view.rsplit_once('.').map(|(module, _)| module.to_owned()),
            )),
            "__name__" => Some(Subject::Text(asked.view.rsplit('.').next().map(str::to_owned))),
            _ => None,
        };
        match ir.value(value) {
            Value::Attr { name, .. } => named(ir.str(name)),
            // What a helper is handed: `def is_open(self, url_name)`.
            Value::Param(place) => {
                let params = ir.function(ir.stretch(value).function).params;
                let name = ir.str(ir.params[params].get(place as usize)?.name);
                matches!(name, "path" | "path_info" | "url_name" | "view_name")
                    .then(|| named(name))?
            }
            Value::Call { callee, args } => {
                let args = &ir.args[args];
                let Value::Attr { of, name } = ir.value(plain(ir, callee)) else {
                    // `getattr(request.resolver_match, "url_name", None)`
                    return match (name_of(ir, callee), args) {
                        (Some("getattr"), [_, name, ..]) => match ir.value(plain(ir, name.value)) {
                            Value::Str(name) => named(ir.str(name)),
                            _ => None,
                        },
                        _ => None,
                    };
                };
                match (ir.str(name), args) {
                    ("get_full_path", []) => Some(Subject::Path { is_rooted: true }),
                    ("lower" | "rstrip", _) => self.subject(run, of, asked),
                    ("lstrip", [only])
                        if matches!(ir.value(plain(ir, only.value)), Value::Str(sign)
                            if ir.str(sign) == "/") =>
                    {
                        match self.subject(run, of, asked)? {
                            Subject::Path { .. } => Some(Subject::Path { is_rooted: false }),
                            text => Some(text),
                        }
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The texts that an expression may be: several where it is an element of a list.
    pub(super) fn texts(&self, run: Run, value: ValueId, depth: u8) -> Option<Vec<Known>> {
        if depth > DEEPEST {
            return None;
        }
        let ir = self.project.ir(run.file);
        let value = plain(ir, value);
        let plainly = |text: &str| Some(vec![Known::Text(text.to_owned())]);
        if let Some(set) = self.setting(run, value) {
            return plainly(set?.value.as_str()?);
        }
        match ir.value(value) {
            Value::Str(text) => plainly(ir.str(text)),
            Value::Elem { of, .. } => self.texts_of(run, of, depth + 1),
            Value::Global { name, .. } => {
                let bound = ir.binding(FileIr::module(), name)?.value;
                self.texts(run, bound, depth + 1)
            }
            Value::Attr { .. } => {
                let (run, value) = self.attribute(run, value)?;
                self.texts(run, value, depth + 1)
            }
            Value::Call { callee, args } => {
                let args = &ir.args[args];
                let first = || args.first().map(|arg| arg.value);
                match name_of(ir, callee)? {
                    // The site lies at its root.
                    "get_script_prefix" => plainly("/"),
                    "str" | "force_str" | "resolve_url" => self.texts(run, first()?, depth + 1),
                    "reverse" | "reverse_lazy" => match ir.value(plain(ir, first()?)) {
                        Value::Str(name) => Some(vec![Known::Of(ir.str(name).to_owned())]),
                        _ => None,
                    },
                    side @ ("lstrip" | "rstrip" | "strip") => {
                        let Value::Attr { of, .. } = ir.value(plain(ir, callee)) else {
                            return None;
                        };
                        let signs = match first() {
                            Some(signs) => match ir.value(plain(ir, signs)) {
                                Value::Str(signs) => ir.str(signs).chars().collect::<Vec<_>>(),
                                _ => return None,
                            },
                            None => vec![' '],
                        };
                        let texts = self.texts(run, of, depth + 1)?;
                        let stripped = texts.into_iter().map(|text| match text {
                            Known::Text(text) => Known::Text(
                                match side {
                                    "lstrip" => text.trim_start_matches(signs.as_slice()),
                                    "rstrip" => text.trim_end_matches(signs.as_slice()),
                                    _ => text.trim_matches(signs.as_slice()),
                                }
                                .to_owned(),
                            ),
                            of => of,
                        });
                        Some(stripped.collect())
                    }
                    _ => self.text_returned(run, value, depth),
                }
            }
            Value::Binary { op: BinaryOp::Add, left, right } => {
                let left = self.texts(run, left, depth + 1)?;
                joined(left, &self.texts(run, right, depth + 1)?)
            }
            Value::Text { parts, .. } => {
                let mut whole = vec![Known::Text(String::new())];
                for part in &ir.parts[parts] {
                    let more = match part.piece {
                        TextPiece::Literal(text) => vec![Known::Text(ir.str(text).to_owned())],
                        TextPiece::Hole { value, .. } => self.texts(run, value, depth + 1)?,
                    };
                    whole = joined(whole, &more)?;
                }
                Some(whole)
            }
            _ => None,
        }
    }

    /// What a function of the project gives that returns in one place.
    fn text_returned(&self, run: Run, call: ValueId, depth: u8) -> Option<Vec<Known>> {
        let helper = self.called(run, call)?;
        let ir = self.project.ir(helper.file);
        let effects = ir.effects[ir.function(helper.function).effects].iter();
        let mut returned = effects.filter_map(|effect| match effect.kind {
            EffectKind::Return(value) => Some(value),
            _ => None,
        });
        let only = returned.next()??;
        match returned.next() {
            None => self.texts(helper, only, depth + 1),
            Some(_) => None,
        }
    }

    /// The texts in a list: as it is written, of a class, a module or the settings.
    fn texts_of(&self, run: Run, value: ValueId, depth: u8) -> Option<Vec<Known>> {
        if depth > DEEPEST {
            return None;
        }
        let ir = self.project.ir(run.file);
        let value = plain(ir, value);
        if let Some(set) = self.setting(run, value) {
            let Abstract::Seq(seq) = set?.value else { return None };
            if seq.open.is_some() || seq.items.len() > MOST_TEXTS {
                return None;
            }
            let texts = seq.items.iter().map(|item| item.value.as_str());
            return texts.map(|text| text.map(|text| Known::Text(text.to_owned()))).collect();
        }
        match ir.value(value) {
            Value::Tuple(items) | Value::List(items) | Value::Set(items) => {
                let mut all = Vec::new();
                for item in ir.items[items].iter().take(MOST_TEXTS) {
                    all.extend(match item.spread {
                        true => self.texts_of(run, item.value, depth + 1)?,
                        false => self.texts(run, item.value, depth + 1)?,
                    });
                }
                Some(all)
            }
            Value::Global { name, .. } => {
                let bound = ir.binding(FileIr::module(), name)?.value;
                self.texts_of(run, bound, depth + 1)
            }
            Value::Attr { .. } => {
                let (run, value) = self.attribute(run, value)?;
                self.texts_of(run, value, depth + 1)
            }
            Value::Import { .. } => match self.project.resolve(run.file, value) {
                Entity::Value(file, found) if (file, found) != (run.file, value) => {
                    self.texts_of(Run { file, ..run }, found, depth + 1)
                }
                _ => None,
            },
            Value::Binary { op: BinaryOp::Add, left, right } => {
                let mut all = self.texts_of(run, left, depth + 1)?;
                all.extend(self.texts_of(run, right, depth + 1)?);
                Some(all)
            }
            Value::Call { callee, args } => match (name_of(ir, callee)?, &ir.args[args]) {
                ("list" | "tuple" | "set" | "frozenset", [only]) => {
                    self.texts_of(run, only.value, depth + 1)
                }
                // `getattr(settings, "OPEN_URLS", [])`
                ("getattr", [_, _, default]) if self.names_setting(run, value).is_some() => {
                    self.texts_of(run, default.value, depth + 1)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// What `self.open_urls` or `Middleware.OPEN` is bound to: in the class, or where it begins.
    fn attribute(&self, run: Run, value: ValueId) -> Option<(Run, ValueId)> {
        let ir = self.project.ir(run.file);
        let Value::Attr { of, name } = ir.value(value) else { return None };
        let name = ir.str(name);
        let class = match is_self(ir, run, of) {
            true => run.class?,
            false => match self.project.resolve(run.file, of) {
                Entity::Class(file, class) => ClassRef::Project(file, class),
                _ => return None,
            },
        };
        if let Some(member) = self.project.lookup_member(class, name) {
            return Some((Run { file: member.class.0, ..run }, member.value));
        }
        let begins = self.project.lookup_member(class, "__init__")?;
        let file = begins.class.0;
        let ir = self.project.ir(file);
        let function = super::words::function_in(ir, begins.value)?;
        let run = Run { file, function, class: Some(class) };
        let mut stored = ir.effects[ir.function(function).effects].iter().filter_map(|effect| {
            match effect.kind {
                EffectKind::StoreAttr { object, name: known, value }
                    if ir.str(known) == name && is_self(ir, run, object) =>
                {
                    Some(value)
                }
                _ => None,
            }
        });
        let only = stored.next()?;
        stored.next().is_none().then_some((run, only))
    }

    /// Whether a decorator of the project gives what it decorates an attribute: `view.open = True`.
    pub(super) fn marks(&self, (file, decorator): (FileId, FunctionId), name: &str) -> bool {
        let ir = self.project.ir(file);
        let Some(name) = ir.strings.find(name) else { return false };
        let around = ir.function(decorator).span;
        ir.functions().filter(|(_, inner)| around.contains(inner.span)).any(|(_, inner)| {
            ir.effects[inner.effects].iter().any(|effect| {
                matches!(effect.kind, EffectKind::StoreAttr { name: known, value, .. }
                    if known == name && ir.value(plain(ir, value)) != Value::Bool(false))
            })
        })
    }

    // ---- settings --------------------------------------------------------------------------------

    fn is_settings(&self, run: Run, value: ValueId) -> bool {
        let entity = self.project.resolve(run.file, value);
        matches!(
            self.project.dotted(entity),
            Some("django.conf.settings" | "django.conf.LazySettings")
        )
    }

    /// Whether there is a setting: `hasattr(settings, "DOMAIN")`; `None` where something else is asked.
    pub(super) fn has_setting(&self, run: Run, of: ValueId, name: &str) -> Option<Truth> {
        let settings = self.settings.filter(|_| self.is_settings(run, of))?;
        Some(match settings.get(name) {
            Some(_) => Truth::Yes,
            None if settings.lacks(name) => Truth::No,
            None => Truth::Unknown,
        })
    }

    /// Whether a setting holds a text: `"DOMAIN" in settings.SCHOOL`.
    pub(super) fn setting_contains(&self, run: Run, of: ValueId, text: &str) -> Option<Truth> {
        self.names_setting(run, of)?;
        let set = self.setting(run, of)?;
        Some(set.map_or(Truth::Unknown, |set| crate::settings::contains(&set, text)))
    }

    /// The name of the setting that an expression reads.
    pub(super) fn names_setting(&self, run: Run, value: ValueId) -> Option<&str> {
        let ir = self.project.ir(run.file);
        let is_settings = |of: ValueId| self.is_settings(run, of);
        match ir.value(plain(ir, value)) {
            Value::Attr { of, name } if is_settings(of) => Some(ir.str(name)),
            Value::Call { callee, args } if name_of(ir, callee) == Some("getattr") => {
                let [of, name, ..] = &ir.args[args] else { return None };
                match ir.value(plain(ir, name.value)) {
                    Value::Str(name) if is_settings(of.value) => Some(ir.str(name)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What a setting is worth that an expression reads; the inner `None` for one that nobody knows,
    /// the outer for what is no setting, or has a default that holds.
    fn setting(&self, run: Run, value: ValueId) -> Option<Option<Evaluated>> {
        let Some(name) = self.names_setting(run, value) else {
            return self.handed_on(run, value).map(Some);
        };
        let settings = self.settings?;
        match settings.get(name) {
            Some(setting) => Some(Some(setting.value)),
            // The default of `getattr`.
            None => match self.project.ir(run.file).value(value) {
                Value::Call { .. } => None,
                _ => Some(None),
            },
        }
    }

    /// What an object of the project says that hands on the settings or has defaults for them:
    /// `forum_settings.OPEN`, `get_settings().OPEN`.
    fn handed_on(&self, run: Run, value: ValueId) -> Option<Evaluated> {
        let ir = self.project.ir(run.file);
        let value = plain(ir, value);
        let Value::Attr { name, .. } = ir.value(value) else { return None };
        let is_constant = |name: &str| {
            name.contains(|c: char| c.is_ascii_uppercase())
                && !name.contains(|c: char| c.is_lowercase())
        };
        if !is_constant(ir.str(name)) {
            return None;
        }
        let found = (self.values?)(run.file, value);
        let is_known =
            !matches!(found.value, Abstract::Unknown(_) | Abstract::Ref(_) | Abstract::Apply(_));
        is_known.then_some(found)
    }

    /// Whether a setting is true, where an expression reads one.
    pub(super) fn setting_holds(&self, run: Run, value: ValueId) -> Option<Truth> {
        let set = self.setting(run, value)?;
        Some(set.map_or(Truth::Unknown, |set| truth(&set)))
    }

    /// Whether predicates of django-rules answer for permissions.
    pub(super) fn has_rules(&self) -> bool {
        let backends = self.settings.and_then(|settings| settings.get("AUTHENTICATION_BACKENDS"));
        backends.is_some_and(|set| {
            let backend = "rules.permissions.ObjectPermissionBackend";
            crate::settings::contains(&set.value, backend) != Truth::No
        })
    }

    /// Whether a setting is a text.
    pub(super) fn setting_is(&self, run: Run, value: ValueId, other: ValueId) -> Option<Truth> {
        let ir = self.project.ir(run.file);
        let set = self.setting(run, value)?;
        let Value::Str(text) = ir.value(plain(ir, other)) else { return Some(Truth::Unknown) };
        let Some(set) = set else { return Some(Truth::Unknown) };
        let mut said = crate::settings::alternatives(&set).into_iter().map(|(_, way)| {
            way.value.as_str().map_or(Truth::Unknown, |said| Truth::known(said == ir.str(text)))
        });
        let first = said.next().unwrap_or(Truth::Unknown);
        Some(if said.all(|other| other == first) { first } else { Truth::Unknown })
    }
}

fn subject_is(subject: &Subject, text: &Known, asked: &Asked<'_>) -> Truth {
    match (subject, text) {
        (Subject::Path { is_rooted }, text) => asked.is(*is_rooted, text),
        (Subject::Text(said), Known::Text(text)) => Truth::known(said.as_ref() == Some(text)),
        (Subject::Text(_), Known::Of(_)) => Truth::Unknown,
    }
}

fn joined(left: Vec<Known>, right: &[Known]) -> Option<Vec<Known>> {
    let mut all = Vec::new();
    for before in &left {
        for after in right {
            let (Known::Text(before), Known::Text(after)) = (before, after) else { return None };
            all.push(Known::Text(format!("{before}{after}")));
            if all.len() > MOST_TEXTS {
                return None;
            }
        }
    }
    Some(all)
}
