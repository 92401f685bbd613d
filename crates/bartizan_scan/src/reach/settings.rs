//! What settings use of what is wanted: middleware, databases, apps, and settings themselves.

use bartizan_deps::reach::{Kind, Want};
use bartizan_django::settings::{Origin, Setting, Settings};
use bartizan_project::{ClassRef, Inherits, Project};
use bartizan_value::{Abstract, Constant, Evaluated, Reason, Site};

use super::Sight;
use super::code::{bare, is_attribute};
use crate::served::Told;

/// What production's settings say of each want; `None` where it is no matter of theirs, or where
/// there are none.
pub(super) fn look(project: &Project, told: &[Told<'_>], wants: &[Want]) -> Vec<Option<Sight>> {
    if told.is_empty() || !wants.iter().any(of_settings) {
        return Vec::new();
    }
    let mut looked: Vec<Option<Sight>> = vec![None; wants.len()];
    for Told { plain, open, .. } in told {
        for (want, looked) in wants.iter().zip(&mut looked) {
            if !of_settings(want) {
                continue;
            }
            for settings in [plain, open] {
                let view = View { project, settings };
                let Some(now) = view.sight(want) else { continue };
                *looked = Some(match (looked.take(), now) {
                    (None, now) => now,
                    (Some(Sight::Used(place)), _) | (_, Sight::Used(place)) => Sight::Used(place),
                    (Some(Sight::Doubt), _) | (_, Sight::Doubt) => Sight::Doubt,
                    (Some(Sight::Nothing), Sight::Nothing) => Sight::Nothing,
                });
            }
        }
    }
    looked
}

/// Whether settings can say anything of it.
fn of_settings(want: &Want) -> bool {
    match want.kind {
        Kind::Middleware | Kind::DbBackend | Kind::Import => true,
        Kind::Setting => !is_attribute(&want.name),
        Kind::ModelField => want.name.starts_with("django.contrib.gis."),
        _ => false,
    }
}

struct View<'s> {
    project: &'s Project,
    settings: &'s Settings<'s>,
}

impl View<'_> {
    fn sight(&self, want: &Want) -> Option<Sight> {
        match want.kind {
            Kind::Middleware => {
                let setting = self.settings.get("MIDDLEWARE")?;
                let inherits = |text: &str| {
                    let class = self.project.class_named(text);
                    match self.project.is_subclass(class, &want.name) {
                        Inherits::Yes => Sight::Used(None),
                        // What a package's own middleware inherits from is told by the models, or
                        // it stands for itself.
                        Inherits::Unknown if self.is_own(text) => Sight::Doubt,
                        Inherits::Unknown | Inherits::No => Sight::Nothing,
                    }
                };
                Some(self.found("MIDDLEWARE", &setting, &inherits))
            }
            Kind::DbBackend => Some(self.backend(&|engine| engine == want.name)),
            // A field of that kind needs a database that knows of places on earth.
            Kind::ModelField => {
                match self.backend(&|engine| engine.starts_with("django.contrib.gis.")) {
                    Sight::Nothing => Some(Sight::Nothing),
                    _ => None,
                }
            }
            Kind::Import => self.app(&want.name),
            Kind::Setting => self.setting(want),
            _ => None,
        }
    }

    /// Whether a dotted name is one of the project's own.
    fn is_own(&self, dotted: &str) -> bool {
        matches!(self.project.find(dotted).as_class(), Some(ClassRef::Project(..)))
    }

    /// Whether any database has an engine that is `wanted`. An engine that is none of Django's own
    /// may be built on any of them.
    fn backend(&self, wanted: &dyn Fn(&str) -> bool) -> Sight {
        let Some(setting) = self.settings.get("DATABASES") else { return Sight::Doubt };
        let of_django = ["django.db.backends.", "django.contrib.gis.db.backends."];
        let judge = |text: &str| match text {
            _ if wanted(text) => Sight::Used(None),
            _ if of_django.iter().any(|known| text.starts_with(known)) => Sight::Nothing,
            _ => Sight::Doubt,
        };
        let Abstract::Map(map) = &setting.value.value else { return Sight::Doubt };
        let engine = |of: &Evaluated| match &of.value {
            Abstract::Map(of) => of.entries.iter().find_map(|(key, engine)| {
                (key.value.as_str() == Some("ENGINE")).then(|| engine.clone())
            }),
            _ => None,
        };
        let engines = map.entries.iter().map(|(_, database)| match engine(database) {
            Some(engine) => deep(&engine, &judge).unwrap_or((Sight::Doubt, engine.site)),
            None => (Sight::Doubt, database.site),
        });
        let found = engines.fold((unless_open(&map.open), setting.value.site), worst);
        self.placed("DATABASES", &setting, Some(found))
    }

    /// Whether a module is installed as an app, or lies in one; nothing is said of a package that
    /// brings no apps.
    fn app(&self, module: &str) -> Option<Sight> {
        let setting = self.settings.get("INSTALLED_APPS")?;
        let below = |text: &str, of: &str| {
            text.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let root = module.split('.').next().unwrap_or(module);
        let any = |of: &'_ str| {
            self.found("INSTALLED_APPS", &setting, &|text| match below(text, of) {
                true => Sight::Used(None),
                false => Sight::Nothing,
            })
        };
        match any(root) {
            Sight::Used(_) => Some(any(module)),
            _ => None,
        }
    }

    /// `EMAIL_USE_TLS = True`, `CACHES: a.b.C`, `REST_FRAMEWORK.DEFAULT_RENDERER_CLASSES: a.b.C`,
    /// `ANYMAIL_WEBHOOK_AUTHORIZATION`.
    fn setting(&self, want: &Want) -> Option<Sight> {
        let name = bare(&want.name);
        let (path, needle) = match (name.split_once(": "), name.split_once(" = ")) {
            (Some((path, text)), _) => (path, Needle::Text(text)),
            (None, Some((path, value))) => (path, Needle::Truth(value == "True")),
            (None, None) => (name, Needle::Any),
        };
        let mut parts = path.split('.');
        let first = parts.next()?;
        let absent = if want.by_default { Sight::Used(None) } else { Sight::Nothing };
        let Some(setting) = self.settings.get(first) else { return Some(absent) };
        let mut value = setting.value.clone();
        for part in parts {
            let Abstract::Map(map) = &value.value else { return Some(Sight::Doubt) };
            let entry = map.entries.iter().find(|(key, _)| key.value.as_str() == Some(part));
            value = match entry {
                Some((_, value)) => value.clone(),
                None if map.open.is_none() => return Some(absent),
                None => return Some(Sight::Doubt),
            };
        }
        let setting = Setting { value, ..setting };
        Some(match needle {
            Needle::Text(text) => {
                // An app may be named by its configuration.
                let app = format!("{text}.");
                let is_it = |item: &str| match item == text || item.starts_with(&app) {
                    true => Sight::Used(None),
                    false => Sight::Nothing,
                };
                self.found(first, &setting, &is_it)
            }
            Needle::Truth(wanted) => match &setting.value.value {
                Abstract::Const(Constant::Bool(truth)) if *truth == wanted => self.used(&setting),
                Abstract::Const(_) => Sight::Nothing,
                _ => Sight::Doubt,
            },
            Needle::Any => self.used(&setting),
        })
    }

    fn used(&self, setting: &Setting) -> Sight {
        self.placed("", setting, Some((Sight::Used(None), setting.value.site)))
    }

    /// What the texts of a setting are, at any depth, by `judge`.
    fn found(&self, name: &str, setting: &Setting, judge: &dyn Fn(&str) -> Sight) -> Sight {
        self.placed(name, setting, deep(&setting.value, judge))
    }

    /// A default stands in no file of the project.
    fn placed(&self, name: &str, setting: &Setting, found: Option<(Sight, Site)>) -> Sight {
        match (found, setting.origin) {
            (Some((Sight::Used(_), site)), Origin::Project) => {
                Sight::Used(Some((site.file, self.project.ir(site.file).span(site.node))))
            }
            (Some((Sight::Used(_), _)), Origin::Default) => Sight::Used(None),
            // Every project says these; one that seems not to takes them from where we cannot see.
            (_, Origin::Default)
                if matches!(name, "MIDDLEWARE" | "DATABASES" | "INSTALLED_APPS") =>
            {
                Sight::Doubt
            }
            (Some((sight, _)), _) => sight,
            (None, _) => Sight::Nothing,
        }
    }
}

enum Needle<'n> {
    Text(&'n str),
    Truth(bool),
    Any,
}

/// What the texts of a value are, at any depth, by `judge`.
fn deep(value: &Evaluated, judge: &dyn Fn(&str) -> Sight) -> Option<(Sight, Site)> {
    let here = |sight| Some((sight, value.site));
    match &value.value {
        Abstract::Const(Constant::Str(text)) => here(judge(text)),
        Abstract::Const(Constant::Tuple(items) | Constant::FrozenSet(items)) => {
            let texts = items.iter().filter_map(|item| match item {
                Constant::Str(text) => Some(judge(text)),
                _ => None,
            });
            here(texts.fold(Sight::Nothing, worse))
        }
        Abstract::Const(_) => None,
        Abstract::Seq(seq) => {
            let items = seq.items.iter().filter_map(|item| deep(item, judge));
            Some(items.fold((unless_open(&seq.open), value.site), worst))
        }
        Abstract::Map(map) => {
            // Of a backend with options, its class is what matters.
            let named = map
                .entries
                .iter()
                .find(|(key, _)| matches!(key.value.as_str(), Some("BACKEND" | "ENGINE" | "NAME")));
            if let Some((_, of)) = named {
                return deep(of, judge);
            }
            let values = map.entries.iter().filter_map(|(_, item)| deep(item, judge));
            Some(values.fold((unless_open(&map.open), value.site), worst))
        }
        Abstract::Choice(choice) => {
            let ways: Vec<_> = choice
                .alternatives
                .iter()
                .map(|way| deep(&way.value, judge).unwrap_or((Sight::Nothing, value.site)))
                .collect();
            match ways.split_first() {
                Some((first, rest)) if rest.iter().all(|(sight, _)| *sight == first.0) => {
                    Some(first.clone())
                }
                _ => here(Sight::Doubt),
            }
        }
        _ => here(Sight::Doubt),
    }
}

/// A container that may hold more than is known of it.
fn unless_open(open: &Option<Reason>) -> Sight {
    if open.is_some() { Sight::Doubt } else { Sight::Nothing }
}

/// What is known of two things of which either will do.
fn worse(a: Sight, b: Sight) -> Sight {
    match (a, b) {
        (Sight::Used(place), _) | (_, Sight::Used(place)) => Sight::Used(place),
        (Sight::Doubt, _) | (_, Sight::Doubt) => Sight::Doubt,
        (Sight::Nothing, Sight::Nothing) => Sight::Nothing,
    }
}

fn worst(a: (Sight, Site), b: (Sight, Site)) -> (Sight, Site) {
    let site = if matches!(a.0, Sight::Used(_)) { a.1 } else { b.1 };
    (worse(a.0, b.0), site)
}
