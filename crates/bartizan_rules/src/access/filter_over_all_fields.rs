//! Filters and orders of an API that take any field of the model.

use bartizan_base::Span;
use bartizan_django::registries::{ClassKey, ModelRef};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_project::FileId;
use bartizan_value::{Abstract, Constant, Evaluated, Questions, Symbol};

use crate::model_secrets::{is_secret, secret_of};
use crate::{Detect, Draft, EndpointsView, Rule};

/// `ordering_fields = "__all__"`, `filterset_fields = "__all__"`, and secrets named there.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "filter-over-all-fields",
        title: "Filter over every field",
        family: Family::Access,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(200), Cwe(203)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("filter_over_all_fields.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Attributes of views that name what a request may filter and sort by.
const ATTRIBUTES: &[&str] =
    &["ordering_fields", "filterset_fields", "filter_fields", "search_fields"];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    let mut questions = view.evaluator.questions();
    for class in view.project.classes().iter().copied() {
        if view.inherits(class, &["FilterSet"]) {
            filter_set(view, &mut questions, class, drafts);
        } else if view.outside(class).any(is_api) {
            for name in ATTRIBUTES {
                let Some(value) = questions.class_attribute(class.0, class.1, name) else {
                    continue;
                };
                // What a base says is told of the base.
                if value.site.file != class.0 || !span_of(view, class).contains(place(view, &value))
                {
                    continue;
                }
                let model = served(view, &mut questions, class);
                told(view, name, &value, model.as_ref(), drafts);
            }
        }
    }
}

fn is_api(base: &str) -> bool {
    base.starts_with("rest_framework.") || base.ends_with("APIView") || base.ends_with("ViewSet")
}

fn span_of(view: &EndpointsView<'_>, class: ClassKey) -> Span {
    view.ir(class.0).class(class.1).span
}

fn place(view: &EndpointsView<'_>, value: &Evaluated) -> Span {
    view.ir(value.site.file).span(value.site.node)
}

fn filter_set(
    view: &EndpointsView<'_>,
    questions: &mut Questions<'_>,
    class: ClassKey,
    drafts: &mut Vec<Draft>,
) {
    let meta = questions.class_attribute(class.0, class.1, "Meta").map(|meta| meta.value);
    let Some(Abstract::Ref(Symbol::Class(file, meta, _))) = meta else { return };
    let Some(fields) = questions.class_attribute(file, meta, "fields") else { return };
    if fields.site.file != class.0 || !span_of(view, class).contains(place(view, &fields)) {
        return;
    }
    let model = questions.class_attribute(file, meta, "model");
    let model = model.and_then(|model| referred(view, &model.value));
    told(view, "fields", &fields, model.as_ref(), drafts);
}

/// The model that a view set serves, by its serializer or its queryset.
fn served(
    view: &EndpointsView<'_>,
    questions: &mut Questions<'_>,
    class: ClassKey,
) -> Option<ModelRef> {
    let serializer = questions.class_attribute(class.0, class.1, "serializer_class")?;
    let Abstract::Ref(Symbol::Class(file, class, _)) = serializer.value else { return None };
    view.registries.serializer_of((file, class))?.model.clone()
}

fn referred(view: &EndpointsView<'_>, value: &Abstract) -> Option<ModelRef> {
    match value {
        Abstract::Ref(Symbol::Class(file, class, _)) => {
            view.registries.model_of((*file, *class)).map(ModelRef::Own)
        }
        Abstract::Ref(Symbol::External(name)) => Some(ModelRef::Outside(name.to_string())),
        _ => None,
    }
}

fn told(
    view: &EndpointsView<'_>,
    name: &str,
    value: &Evaluated,
    model: Option<&ModelRef>,
    drafts: &mut Vec<Draft>,
) {
    let at = |file: FileId, span: Span| Draft::at(file, span);
    if value.value.as_str() == Some("__all__") {
        let mut draft = at(value.site.file, place(view, value));
        let secret = model.and_then(|model| secret_of(view.registries, model));
        draft.message = match &secret {
            Some(secret) => format!("`{name}` takes every field, `{secret}` among them"),
            None => format!("`{name}` takes every field of the model"),
        };
        draft.label = "also those that it gets next year".to_owned();
        draft.impact = match &secret {
            Some(secret) => format!(
                "Whoever may list the rows finds `{secret}` out without seeing it: by the order, or by which \
                 values match."
            ),
            None => "Whoever may list the rows finds out by the order, or by which values match, what no answer \
                     shows him."
                .to_owned(),
        };
        draft.fix = format!("{name} = […], by name");
        if secret.is_none() {
            draft =
                draft.at_most(Confidence::Low, "if the model has a field that is not for everyone");
            draft.severity = Some(Severity::Low);
        }
        drafts.push(draft);
        return;
    }
    for (named, span) in names(view, value) {
        // `user__password__startswith`, `=password`
        let bare = named.trim_start_matches(['=', '^', '@', '$', '-']);
        let Some(secret) = bare.split("__").find(|part| is_secret(part)) else { continue };
        let mut draft = at(value.site.file, span);
        draft.message = format!("`{name}` takes `{named}`, which is a secret");
        draft.label = "can be asked for bit by bit".to_owned();
        draft.impact = format!(
            "Whoever may list the rows finds `{secret}` out without seeing it: by the order, or by which values \
             match."
        );
        draft.fix = format!("take `{named}` out of `{name}`");
        if secret != "password" {
            let doubt = "if it is not there for its holder to find the row by";
            draft = draft.at_most(Confidence::Low, doubt);
        }
        drafts.push(draft);
    }
}

fn names(view: &EndpointsView<'_>, value: &Evaluated) -> Vec<(String, Span)> {
    let items = match &value.value {
        Abstract::Seq(seq) => &seq.items,
        Abstract::Const(Constant::Tuple(items)) => {
            let span = place(view, value);
            let texts = items.iter().filter_map(|item| match item {
                Constant::Str(text) => Some((text.to_string(), span)),
                _ => None,
            });
            return texts.collect();
        }
        _ => return Vec::new(),
    };
    let texts = items.iter().filter(|item| item.site.file == value.site.file);
    texts.filter_map(|item| Some((item.value.as_str()?.to_owned(), place(view, item)))).collect()
}
