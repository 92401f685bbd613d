//! What visitors of a project are served with: the environments that run in production, and what their
//! settings say. Found once, and asked by all that judges settings, endpoints and packages.

use bartizan_base::FilePath;
use bartizan_django::settings::{Defaults, Environment, Settings};
use bartizan_project::Project;
use bartizan_requirement::{Inventory, Version};
use bartizan_rules::Front;
use bartizan_value::{Evaluator, Variables};

use crate::config::Config;
use crate::deployed::Beside;
use crate::{deployed, is_test_code, settings};

/// The environments, and the defaults of the Django that they run on.
pub(crate) struct Served {
    environments: Vec<Environment>,
    /// The same without the variables that files give their processes: whoever starts one may give
    /// others.
    bare: Vec<Environment>,
    /// The environments that visitors do not reach.
    others: Vec<Environment>,
    /// The servers in front.
    fronts: Vec<Front>,
    defaults: Defaults,
}

/// The settings of one environment. Each is evaluated when it is first asked for.
pub(crate) struct Told<'s> {
    /// As they are where the environment of the process says nothing.
    pub(crate) plain: Settings<'s>,
    /// As they are whatever it says.
    pub(crate) open: Settings<'s>,
    /// The environments of the same project that visitors do not reach.
    pub(crate) others: Vec<Environment>,
    /// The servers in front.
    pub(crate) fronts: &'s [Front],
}

impl Served {
    /// Looks for the environments. `beside` are the texts that may name settings.
    pub(crate) fn of(
        project: &Project,
        evaluator: &Evaluator<'_>,
        inventory: &Inventory,
        beside: &Beside,
        config: &Config,
        django: Option<&Version>,
    ) -> Self {
        let is_test_code = |path: &FilePath| is_test_code(path, config);
        let module = config.settings.as_ref();
        let (mut environments, others) =
            settings::production(project, evaluator, beside, module, &is_test_code);
        let bare = environments.clone();
        let placed = deployed::placed(beside, evaluator.files());
        deployed::give_variables(&mut environments, beside, evaluator.files(), &placed);
        Self {
            environments,
            bare,
            others,
            fronts: deployed::fronts(beside),
            defaults: settings::defaults(inventory, django),
        }
    }

    /// Where no environment could be looked for.
    pub(crate) fn nobody() -> Self {
        Self {
            environments: Vec::new(),
            bare: Vec::new(),
            others: Vec::new(),
            fronts: Vec::new(),
            defaults: Defaults::latest(),
        }
    }

    /// What the settings of each environment say.
    pub(crate) fn settings<'s>(
        &'s self,
        project: &'s Project,
        evaluator: &'s Evaluator<'_>,
    ) -> Vec<Told<'s>> {
        let told = self.environments.iter().zip(&self.bare).map(|(environment, bare)| {
            let of = |environment, variables| {
                Settings::of(project, evaluator, environment, &self.defaults, variables)
            };
            Told {
                plain: of(environment, &Variables::defaults()),
                open: of(bare, &Variables::unknown()),
                others: self
                    .others
                    .iter()
                    .filter(|other| other.root == environment.root)
                    .cloned()
                    .collect(),
                fronts: &self.fronts,
            }
        });
        told.collect()
    }
}
