//! Types of GraphQL that show whatever the model has.

use bartizan_base::Span;
use bartizan_django::registries::ClassKey;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_project::ClassRef;
use bartizan_value::{Abstract, Symbol};

use crate::model_secrets::secret_of;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A type with all fields of a model.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "graphql-all-fields",
        title: "GraphQL type with all fields of its model",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(200), Cwe(213)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("graphql_all_fields.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Attributes of `Meta` that choose fields, or leave the class to others.
const CHOOSING: &[&str] = &["abstract", "exclude", "exclude_fields", "only_fields"];

/// Whether nothing of the project stands between a type and the framework that may choose its fields.
fn is_plain(view: &EndpointsView<'_>, class: ClassKey) -> bool {
    let bases = &view.project.mro(ClassRef::Project(class.0, class.1)).classes;
    let own = bases.iter().filter(|base| matches!(base, ClassRef::Project(..)));
    own.count() == 1
}

/// Where a class says what an attribute is; the value may stand elsewhere, where it is imported.
fn named_in(view: &EndpointsView<'_>, (file, class): ClassKey, name: &str) -> Option<Span> {
    let ir = view.ir(file);
    let body = ir.function(ir.class(class).body);
    let binding = ir.bindings[body.bindings].iter().find(|binding| ir.str(binding.name) == name);
    binding.map(|binding| binding.span)
}

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    let mut questions = view.evaluator.questions();
    for class in view.project.classes().iter().copied() {
        if !view.inherits(class, &["DjangoObjectType", "OptimizedDjangoObjectType"]) {
            continue;
        }
        let meta = questions.class_attribute(class.0, class.1, "Meta");
        let Some(Abstract::Ref(Symbol::Class(file, meta, _))) = meta.map(|meta| meta.value) else {
            continue;
        };
        let fields = questions.class_attribute(file, meta, "fields");
        if fields.as_ref().is_some_and(|fields| fields.value.as_str() != Some("__all__")) {
            continue;
        }
        let model = questions.class_attribute(file, meta, "model");
        // Without a word about fields all of them are taken, too.
        let says =
            |name: &&str| view.project.own_member(ClassRef::Project(file, meta), name).is_some();
        if fields.is_none() && (CHOOSING.iter().any(says) || !is_plain(view, class)) {
            continue;
        }
        let place = match &fields {
            Some(fields) => (fields.site.file, view.ir(fields.site.file).span(fields.site.node)),
            None => match named_in(view, (file, meta), "model") {
                Some(span) => (file, span),
                None => continue,
            },
        };
        let model = model.map(|model| view.registries.named(view.project, &model));
        let ir = view.ir(class.0);
        let name = ir.str(ir.class(class.1).name);
        let mut draft = Draft::at(place.0, place.1);
        let secret = model.as_ref().and_then(|model| secret_of(view.registries, model));
        draft.message = match &secret {
            Some(secret) => {
                format!("`{name}` shows all fields of its model, `{secret}` among them")
            }
            None => format!("`{name}` shows all fields of its model"),
        };
        draft.label = "also those that it gets next year".to_owned();
        draft.impact =
            "Whoever may ask the schema reads every column, and follows every relation to the \
                        rows behind it."
                .to_owned();
        draft.fix = "fields = (…), by name".to_owned();
        if secret.is_none() {
            draft =
                draft.at_most(Confidence::Low, "if the model has a field that is not for everyone");
        }
        drafts.push(draft);
    }
}
