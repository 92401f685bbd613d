//! The routes that the models give a URLconf, compared with those that the package itself puts together.

use bartizan_django::endpoints::{self, Endpoint};
use bartizan_model::{Module, Route, RouteTarget, Urlconf};
use bartizan_project::{Entity, Project};
use bartizan_value::Evaluator;

use super::look_up::{Answer, Outcome};
use super::package::Package;

/// Compares every URLconf of `modules`, route by route, in both directions.
pub fn compare(package: &Package, modules: &[&Module], answer: &mut Answer) {
    let project = &package.project;
    let evaluator = Evaluator::new(project);
    for module in modules {
        let Some(urlconf) = &module.urlconf else { continue };
        let file = project.module_named(&module.name).and_then(|found| project.module_file(found));
        let Some(file) = file else {
            let why = "no module of this name".to_owned();
            answer.insert(format!("{} urlconf", module.name), Outcome::Wrong(why));
            continue;
        };
        // Without settings both ways of every condition are followed.
        let surface = endpoints::library(project, &evaluator, &|known| known == file);
        let is_whole = surface.unresolved.is_empty();
        for route in &urlconf.routes {
            let entry = format!("{} route {:?}", module.name, route.route);
            let is_there = match &route.target {
                RouteTarget::View(view) => {
                    surface.endpoints.iter().any(|found| is_same(route, found))
                        && is_view(project, view, &module.name)
                }
                RouteTarget::Include(_) => {
                    let below = |at: &str| at.trim_start_matches('/').starts_with(&route.route);
                    surface.endpoints.iter().any(|found| below(&found.route))
                        || surface.unresolved.iter().any(|row| below(&row.route))
                }
            };
            // Which applications there are, and what settings say, is not known here.
            let is_whole = is_whole && route.installed.is_none() && route.setting.is_none();
            let outcome = match (is_there, is_whole) {
                (true, _) => Outcome::Found,
                (false, true) => Outcome::Wrong("the package has no such route".to_owned()),
                (false, false) => Outcome::Open("code puts the routes together".to_owned()),
            };
            answer.insert(entry, outcome);
        }
        // What stands in the gap of a route, and whether it is one that is described, nobody can tell.
        let is_written = |found: &&Endpoint| !found.route.contains(endpoints::GAP);
        let others = surface.endpoints.iter().filter(is_written);
        for found in others.filter(|found| !is_described(urlconf, found)) {
            let name = found.name.as_deref().unwrap_or("no name");
            let why = format!("the models do not have it, {name}");
            let entry = format!("{} route {:?}", module.name, &found.route[1..]);
            answer.insert(entry, Outcome::Misfit(why));
        }
    }
}

/// Names with their namespaces end in the name; one that hangs on settings is not told. A regular
/// expression begins with `^` whether it is written or not.
fn is_same(route: &Route, found: &Endpoint) -> bool {
    let plain = |route: &str| route.trim_start_matches('^').to_owned();
    let is_name = match (&found.name, &route.name) {
        (Some(found), Some(name)) => found == name || found.ends_with(&format!(":{name}")),
        (None, _) => true,
        (Some(_), None) => false,
    };
    plain(&found.route[1..]) == plain(&route.route) && is_name
}

fn is_described(urlconf: &Urlconf, found: &Endpoint) -> bool {
    urlconf.routes.iter().any(|route| match route.target {
        RouteTarget::View(_) => is_same(route, found),
        RouteTarget::Include(_) => found.route[1..].starts_with(&*route.route),
    })
}

/// Whether a view of this package is there; those of others are theirs.
fn is_view(project: &Project, view: &str, module: &str) -> bool {
    let package = |dotted: &str| dotted.split('.').next().map(str::to_owned);
    package(view) != package(module) || !matches!(project.find(view), Entity::Unknown(_))
}
