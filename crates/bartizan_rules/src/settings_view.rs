//! The settings of one environment as rules see them.

use bartizan_base::{FilePath, Span};
use bartizan_django::settings::checks::{Verdict, item};
use bartizan_django::settings::{
    Environment, Origin, Setting, Settings, Truth, alternatives, contains, is_secret_name, shown,
    truth, variables,
};
use bartizan_finding::{Confidence, Safety, Severity};
use bartizan_ir::Value;
use bartizan_project::Project;
use bartizan_value::{Abstract, Constant, Evaluated, Evaluator};

use crate::words::has_word;
use crate::{Draft, EditDraft, Front, RepairDraft, SubjectHint};

/// What is known of the value under a key of a setting that is a dict.
pub enum Entry {
    /// It holds this.
    Given(Evaluated),
    /// It holds nothing under the key.
    Absent,
    /// Nobody knows.
    Unknown,
}

/// Words in the names of folders that hold projects to look at.
const SHOWN_ONLY: &[&str] = &["demo", "demos", "docs", "example", "examples", "sample", "samples"];

/// Whether a file lies in a folder that is there to be looked at.
fn is_shown_only(path: &FilePath) -> bool {
    path.parent().split('/').any(|folder| has_word(folder, SHOWN_ONLY))
}

/// Longer values are cut where a finding shows them.
const LONGEST_SHOWN: usize = 60;

/// The settings of an environment that visitors reach.
#[derive(Clone, Copy)]
pub struct SettingsView<'a> {
    /// The project.
    pub project: &'a Project,
    /// The evaluator of values.
    pub evaluator: &'a Evaluator<'a>,
    /// What settings are worth where no variable of the process's environment is set that the code
    /// can do without.
    pub settings: &'a Settings<'a>,
    /// What they are worth where nothing is known of those variables.
    pub open: &'a Settings<'a>,
    /// What Django's own checks say of [`Self::settings`].
    pub verdicts: &'a [Verdict],
    /// The environments of the same project that visitors do not reach.
    pub others: &'a [Environment],
    /// The servers in front of the site.
    pub fronts: &'a [Front],
}

impl<'a> SettingsView<'a> {
    /// The environment.
    pub fn environment(&self) -> &'a Environment {
        self.settings.environment
    }

    /// A setting, or Django's default for it.
    pub fn get(&self, name: &str) -> Option<Setting> {
        self.settings.get(name)
    }

    /// Whether the project says anything of a setting.
    pub fn is_given(&self, name: &str) -> bool {
        self.get(name).is_some_and(|setting| setting.origin == Origin::Project)
    }

    /// A draft about a setting, at the line that decides it; where none does, at the head of the
    /// settings.
    pub fn draft(&self, name: &str) -> Draft {
        let environment = self.environment();
        let place = match self.get(name) {
            Some(Setting { value, origin: Origin::Project }) => {
                let site = value.site;
                Some((site.file, self.project.ir(site.file).span(site.node)))
            }
            _ => None,
        };
        let (file, span) = place.unwrap_or((environment.file, Span::at(0)));
        let mut draft = Draft::at(file, span);
        draft.subject =
            SubjectHint::Setting { name: name.to_owned(), environment: environment.name.clone() };
        draft.conceal = is_secret_name(name) && place.is_some();
        if !environment.is_sure {
            draft.confidence = Some(Confidence::Low);
            draft.doubt = Some(format!("if `{}` is what production runs with", environment.module));
        } else if is_shown_only(self.project.path(environment.file)) {
            draft.confidence = Some(Confidence::Low);
            draft.doubt = Some("if visitors ever reach what is an example by its name".to_owned());
        }
        draft
    }

    /// Whether a setting counts as true.
    pub fn truth(&self, name: &str) -> Truth {
        self.get(name).map_or(Truth::Unknown, |setting| truth(&setting.value))
    }

    /// Whether `app` is installed, by its module or by the path of its configuration.
    pub fn has_app(&self, app: &str) -> Truth {
        let Some(apps) = self.get("INSTALLED_APPS") else { return Truth::Unknown };
        let below = format!("{app}.");
        let configured = items(&apps.value).is_some_and(|items| {
            items.iter().filter_map(|item| item.value.as_str()).any(|item| item.starts_with(&below))
        });
        if configured { Truth::Yes } else { contains(&apps.value, app) }
    }

    /// The entry of the list by which `app` is installed.
    pub fn app_place(&self, app: &str) -> Option<Evaluated> {
        let apps = self.get("INSTALLED_APPS")?;
        items(&apps.value)?.iter().find(|item| item.value.as_str() == Some(app)).cloned()
    }

    /// Whether `dotted` is among the middleware.
    pub fn has_middleware(&self, dotted: &str) -> Truth {
        self.get("MIDDLEWARE").map_or(Truth::Unknown, |setting| contains(&setting.value, dotted))
    }

    /// The values that the project gives a setting, one for each way that the text leaves open, each
    /// with a draft at the line that decides it.
    pub fn ways(&self, name: &str) -> Vec<(Evaluated, Draft)> {
        let Some(Setting { value, origin: Origin::Project }) = self.get(name) else {
            return Vec::new();
        };
        let found = alternatives(&value);
        let is_only = found.len() == 1;
        let ways = found.into_iter().map(|(_, way)| {
            let mut draft = self.draft_at(name, way);
            if !is_only {
                let doubt = format!("if {} takes the way that leads here", self.name());
                draft = draft.at_most(Confidence::Low, &doubt);
                draft.label = format!("Django sees {} then", short(name, way));
            }
            (way.clone(), draft)
        });
        ways.collect()
    }

    /// A draft about a setting of the project, at a part of its value.
    pub fn draft_at(&self, name: &str, part: &Evaluated) -> Draft {
        self.narrowed(self.draft(name), part)
    }

    /// The same draft at a part of the value that it is about.
    pub fn narrowed(&self, draft: Draft, part: &Evaluated) -> Draft {
        let site = part.site;
        Draft { file: site.file, span: self.project.ir(site.file).span(site.node), ..draft }
    }

    /// What a setting that is a dict holds under a key.
    pub fn entry(&self, name: &str, key: &str) -> Entry {
        match self.get(name) {
            None => Entry::Absent,
            Some(setting) => entry(&setting.value, key),
        }
    }

    /// The name of the environment.
    pub fn name(&self) -> &'a str {
        &self.environment().name
    }

    /// The value of a setting as Django will see it, as the label of a finding.
    pub fn sees(&self, name: &str) -> String {
        let Some(setting) = self.get(name) else { return format!("{name} is not set") };
        let value = short(name, &setting.value);
        match setting.origin {
            Origin::Project => format!("Django sees {value}"),
            Origin::Default => format!("Django's default holds: {name} = {value}"),
        }
    }

    /// The variables that could make a setting something else: ` unless `X` says otherwise`; empty
    /// where the text alone decides.
    pub fn unless(&self, name: &str) -> String {
        let Some(open) = self.open.get(name) else { return String::new() };
        let names = variables(&open.value);
        if names.is_empty() || open.value.is_known() {
            return String::new();
        }
        let say = if names.len() == 1 { "says" } else { "say" };
        format!(" unless `{}` {say} otherwise", names.join("`, `"))
    }

    /// Says of a setting what is wrong with it here: `what` stands between its name and the
    /// environment's.
    pub fn say(&self, draft: Draft, name: &str, what: &str, impact: &str, fix: &str) -> Draft {
        Draft {
            message: format!("{name} {what} in {}{}", self.name(), self.unless(name)),
            label: if draft.label.is_empty() { self.sees(name) } else { draft.label },
            impact: impact.to_owned(),
            fix: fix.to_owned(),
            ..draft
        }
    }

    /// The draft with the repair that gives a setting the value that `code` is, if one edit surely does:
    /// a literal that decides it alone is another, or Django's default gives way to a line at the end.
    /// What other environments read as well is never safe.
    pub fn repaired(&self, draft: Draft, name: &str, code: &str, safety: Safety) -> Draft {
        let Some(edit) = self.edit(name, code) else { return draft };
        let environment = self.environment();
        let (EditDraft::Replace(file, ..) | EditDraft::Append(file, _)) = &edit;
        let is_own_layer =
            *file == environment.file && environment.is_sure && environment.is_told_by_name();
        let repair = RepairDraft {
            title: format!("Set {name} to {code} in {}", self.project.path(*file)),
            safety: if is_own_layer { safety } else { Safety::Unsafe },
            edits: vec![edit],
        };
        Draft { repair: Some(repair), ..draft }
    }

    fn edit(&self, name: &str, code: &str) -> Option<EditDraft> {
        let Setting { value, origin } = self.get(name)?;
        if origin == Origin::Default {
            let environment = self.environment();
            let line = format!("{name} = {code}");
            let is_sure = value.is_known() && environment.configuration.is_none();
            return is_sure.then_some(EditDraft::Append(environment.file, line));
        }
        let decides_alone = matches!(value.value, Abstract::Const(_))
            && self.open.get(name).is_some_and(|open| open.value.value == value.value);
        let site = value.site;
        let ir = self.project.ir(site.file);
        let is_literal = matches!(
            ir.value(site.node),
            Value::Bool(_) | Value::Int(_) | Value::Str(_) | Value::None
        );
        let mut stores = ir
            .functions()
            .flat_map(|(_, function)| &ir.bindings[function.stores])
            .filter(|store| ir.bare(store.value) == site.node);
        let is_its_own = stores.next().is_some_and(|store| ir.str(store.name) == name);
        (decides_alone && is_literal && is_its_own && stores.next().is_none())
            .then(|| EditDraft::Replace(site.file, ir.span(site.node), code.to_owned()))
    }

    /// Whether visitors surely come over https: cookies that are kept from http reach all of them.
    pub fn is_all_https(&self) -> bool {
        self.truth("SECURE_SSL_REDIRECT") == Truth::Yes
            || self.truth("SECURE_PROXY_SSL_HEADER") == Truth::Yes
    }

    /// One draft for each of these checks that Django raises, or would raise if another did not hide
    /// it; `words` fills in what it says.
    pub fn by_checks(
        &self,
        ids: &[&str],
        drafts: &mut Vec<Draft>,
        words: impl Fn(&SettingsView<'_>, &Verdict, Draft) -> Draft,
    ) {
        for verdict in self.verdicts.iter().filter(|verdict| ids.contains(&verdict.check.id)) {
            let would_follow = verdict.would_follow == Truth::Yes;
            if verdict.raised != Truth::Yes && !would_follow {
                continue;
            }
            let mut draft = words(self, verdict, self.draft(verdict.check.settings[0]));
            draft.check = Some(verdict.check.id);
            draft.would_follow = would_follow;
            if would_follow {
                draft.severity = Some(Severity::Info);
            }
            let silenced = self.get("SILENCED_SYSTEM_CHECKS");
            draft.is_silenced =
                silenced.is_some_and(|ids| contains(&ids.value, verdict.check.id) == Truth::Yes);
            drafts.push(draft);
        }
    }
}

/// A value as a label has room for it.
fn short(name: &str, value: &Evaluated) -> String {
    let mut text = shown(name, value);
    if text.chars().count() <= LONGEST_SHOWN {
        return text;
    }
    match &value.value {
        Abstract::Seq(seq) if seq.open.is_none() => {
            format!("a {} of {}", seq.kind.type_name(), seq.items.len())
        }
        _ => {
            text.truncate(text.char_indices().nth(LONGEST_SHOWN).map_or(text.len(), |(at, _)| at));
            text.push('…');
            text
        }
    }
}

/// What a dict holds under a key.
pub fn entry(of: &Evaluated, key: &str) -> Entry {
    match (item(of, key), &of.value) {
        (Some(value), _) => Entry::Given(value),
        (None, Abstract::Map(map)) if map.open.is_none() => Entry::Absent,
        _ => Entry::Unknown,
    }
}

/// The items of a list and its like, as far as they are known.
pub fn items(of: &Evaluated) -> Option<Vec<Evaluated>> {
    match &of.value {
        Abstract::Seq(seq) => Some(seq.items.clone()),
        Abstract::Const(Constant::Tuple(items) | Constant::FrozenSet(items)) => {
            let item =
                |item: &Constant| Evaluated { value: Abstract::Const(item.clone()), site: of.site };
            Some(items.iter().map(item).collect())
        }
        _ => None,
    }
}
