//! Every file under `models/` reads, and its names lead somewhere.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use bartizan_model::{Attribute, Callable, Kind, Models, Module, Returns};

#[test]
fn every_file_reads() {
    let models = Models::for_packages(["django"]);
    let modules: Vec<&Module> = models.modules().collect();
    // A file that does not read would be there without entries.
    let empty: Vec<&str> = modules
        .iter()
        .filter(|module| {
            module.alias_of.is_none()
                && module.aliases.is_empty()
                && module.attributes.is_empty()
                && module.functions.is_empty()
                && module.classes.is_empty()
                && module.decorators.is_empty()
                && module.urlconf.is_none()
                && module.admin.is_empty()
        })
        .map(|module| module.name.as_str())
        .collect();
    assert_eq!(empty, Vec::<&str>::new());
}

#[test]
fn every_name_leads_to_an_entry() {
    let models = Models::for_packages(["django"]);
    let mut dangling = BTreeSet::new();
    let mut class = |name: &str, of: &str, what: &str| {
        if models.class(name).is_none() {
            dangling.insert(format!("{of}: {what} `{name}`"));
        }
    };
    let result = |callable: &Callable, class: &mut dyn FnMut(&str, &str, &str)| {
        if let Some(Returns::Class(name)) = &callable.returns {
            class(name, &callable.path, "returns");
        }
    };
    for module in models.modules() {
        let type_of =
            |name: &str, attribute: &Attribute, class: &mut dyn FnMut(&str, &str, &str)| {
                if let Some(of) = &attribute.class {
                    class(of, &format!("{}.{name}", module.name), "attribute of class");
                }
            };
        for (name, attribute) in &module.attributes {
            type_of(name, attribute, &mut class);
        }
        for function in module.functions.values() {
            result(function, &mut class);
        }
        for described in module.classes.values() {
            for base in &described.bases {
                class(base, &described.path, "base");
            }
            for method in described.methods.values() {
                result(method, &mut class);
            }
            for (name, attribute) in &described.attributes {
                type_of(&format!("{}.{name}", described.name), attribute, &mut class);
            }
        }
    }
    for module in models.modules() {
        for (alias, target) in &module.aliases {
            if !models.knows(target) {
                dangling.insert(format!("{}.{alias}: alias of `{target}`", module.name));
            }
        }
        if let Some(target) = &module.alias_of {
            let inside = format!("{target}.");
            let known = |other: &Module| other.name == *target || other.name.starts_with(&inside);
            if !models.modules().any(known) {
                dangling.insert(format!("{}: alias of `{target}`", module.name));
            }
        }
    }
    assert_eq!(dangling, BTreeSet::new());
}

#[test]
fn every_reason_names_its_documentation() {
    let models = Models::for_packages(["django"]);
    let mut reasons = Vec::new();
    for module in models.modules() {
        reasons.extend(module.functions.values().map(|entry| (&entry.path, &entry.why)));
        reasons.extend(module.decorators.values().map(|entry| (&entry.path, &entry.why)));
        for class in module.classes.values() {
            reasons.push((&class.path, &class.why));
            reasons.extend(class.methods.values().map(|entry| (&entry.path, &entry.why)));
        }
    }
    assert!(reasons.len() > 800, "{}", reasons.len());
    let bare: Vec<_> =
        reasons.iter().filter(|(_, why)| !(why.contains('(') && why.ends_with(")."))).collect();
    assert_eq!(bare, Vec::<&(&String, &String)>::new());
}

#[test]
fn every_kind_is_used() {
    let models = Models::for_packages(["django"]);
    let mut used = BTreeSet::new();
    for module in models.modules() {
        let methods = module.classes.values().flat_map(|class| class.methods.values());
        let constructors = module.classes.values().map(|class| &class.constructor);
        for callable in module.functions.values().chain(methods).chain(constructors) {
            used.extend(callable.roles.iter().map(|role| role.into));
            used.extend(callable.kinds.iter().map(|kind| kind.kind));
        }
        let attributes = module.classes.values().flat_map(|class| class.attributes.values());
        for attribute in module.attributes.values().chain(attributes) {
            used.extend(&attribute.kinds);
            used.extend(attribute.stored.iter().map(|stored| stored.into));
        }
        used.extend(module.decorators.values().flat_map(|decorator| &decorator.adds));
        used.extend(module.classes.values().flat_map(|class| &class.guards));
        let routes = module.urlconf.iter().flat_map(|urlconf| &urlconf.routes);
        used.extend(routes.flat_map(|route| &route.guards));
    }
    let unused: Vec<Kind> = Kind::all().filter(|kind| !used.contains(kind)).collect();
    assert_eq!(unused, Vec::<Kind>::new());
}
