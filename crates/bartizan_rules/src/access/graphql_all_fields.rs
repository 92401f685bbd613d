//! Types of GraphQL that show whatever the model has.

use bartizan_django::registries::ModelRef;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
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
        let Some(fields) = questions.class_attribute(file, meta, "fields") else { continue };
        if fields.value.as_str() != Some("__all__") {
            continue;
        }
        let model = questions.class_attribute(file, meta, "model");
        let model = match model.map(|model| model.value) {
            Some(Abstract::Ref(Symbol::Class(file, class, _))) => {
                view.registries.model_of((file, class)).map(ModelRef::Own)
            }
            Some(Abstract::Ref(Symbol::External(name))) => {
                Some(ModelRef::Outside(name.to_string()))
            }
            _ => None,
        };
        let ir = view.ir(class.0);
        let name = ir.str(ir.class(class.1).name);
        let site = fields.site;
        let mut draft = Draft::at(site.file, view.ir(site.file).span(site.node));
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
