//! The settings of one environment as rules see them.

use bartizan_base::Span;
use bartizan_django::settings::checks::Verdict;
use bartizan_django::settings::{Environment, Origin, Setting, Settings, Truth, is_secret_name};
use bartizan_finding::{Confidence, Severity};
use bartizan_project::Project;
use bartizan_value::Evaluator;

use crate::{Draft, SubjectHint};

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
        }
        draft
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
            drafts.push(draft);
        }
    }
}
