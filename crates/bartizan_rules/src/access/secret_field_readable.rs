//! Secrets that an API shows.

use bartizan_django::registries::{ModelRef, Registries, Selection, Serializer};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{ArgKind, Value, ValueId};
use bartizan_project::{Entity, FileId};

use crate::model_secrets::is_secret;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A hash, key or token among the fields of a response.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "secret-field-readable",
        title: "Secret in the response of an API",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(200), Cwe(522)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("secret_field_readable.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// What makes a response of values.
const RESPONSES: &[&str] = &[
    "django.http.JsonResponse",
    "django.http.response.JsonResponse",
    "rest_framework.response.Response",
];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for serializer in &view.registries.serializers {
        let readable = serializer.readable(view.registries);
        let found = readable.fields.iter().find(|field| {
            is_secret(&field.name)
                && is_model_field(view.registries, serializer, &field.name)
                && serializer.declared.iter().all(|declared| declared.name != field.name)
                && !is_taken_out(view, serializer, &field.name)
        });
        if let Some(field) = found {
            let all = !matches!(serializer.fields, Selection::Only(_));
            let mut draft = Draft::at(field.place.file, field.place.span);
            draft.message = format!("`{}` shows `{}`", serializer.name, field.name);
            draft.label = if all { "comes with all others" } else { "named here" }.to_owned();
            draft.impact =
                "Whoever may look at the row takes the secret along: a hash to try passwords on, \
                            or a key that works at once."
                    .to_owned();
            draft.fix = format!("extra_kwargs = {{\"{}\": {{\"write_only\": True}}}}", field.name);
            if !all && field.name != "password" {
                let doubt = "if it is shown to more than those whom it belongs to";
                draft = draft.at_most(Confidence::Low, doubt);
            }
            if view.own_method(serializer.class, &format!("validate_{}", field.name)).is_some() {
                let doubt = "if what the visitor sends in it is sent back";
                draft = draft.at_most(Confidence::Low, doubt);
            }
            if !is_used(view, serializer) {
                draft =
                    draft.at_most(Confidence::Low, "if anything is shown by it: no code names it");
            }
            drafts.push(draft);
            continue;
        }
        drafts.extend(by_depth(view.registries, serializer));
    }
    for file in view.project.files() {
        let ir = view.ir(file);
        if ir.strings.find("values").is_some() || ir.strings.find("serialize").is_some() {
            whole_rows(view, file, drafts);
        }
    }
}

/// `JsonResponse(list(User.objects.values()))`, `serialize("json", User.objects.all())`
fn whole_rows(view: &EndpointsView<'_>, file: FileId, drafts: &mut Vec<Draft>) {
    let ir = view.ir(file);
    for call in view.project.calls(file) {
        let Value::Call { callee, args } = ir.value(call.value) else { continue };
        let Entity::External(symbol) = view.project.definition(file, callee) else { continue };
        let dotted = view.project.symbol(symbol);
        let given = &ir.args[args];
        let rows = if RESPONSES.contains(&dotted) {
            given.first().and_then(|arg| all_values(view, file, arg.value, 0))
        } else if dotted == "django.core.serializers.serialize"
            && !given
                .iter()
                .any(|arg| matches!(arg.kind, ArgKind::Keyword(key) if ir.str(key) == "fields"))
        {
            given.get(1).filter(|arg| of_users(view, file, arg.value, 0)).map(|_| call.value)
        } else {
            None
        };
        let Some(rows) = rows else { continue };
        let mut draft = Draft::at(file, ir.span(rows));
        draft.message = "Whole rows of users are sent, their passwords among them".to_owned();
        draft.label = "every column".to_owned();
        draft.impact =
            "Whoever gets the answer takes the hashes along, to try passwords on at home."
                .to_owned();
        draft.fix = "name the fields: .values(\"id\", \"username\")".to_owned();
        drafts.push(draft);
    }
}

/// The `.values()` of users in what is sent, where it names no field.
fn all_values(
    view: &EndpointsView<'_>,
    file: FileId,
    value: ValueId,
    depth: usize,
) -> Option<ValueId> {
    if depth > 8 {
        return None;
    }
    let ir = view.ir(file);
    let at = ir.bare(value);
    match ir.value(at) {
        Value::Call { callee, args } => {
            let given = &ir.args[args];
            if let Value::Attr { of, name } = ir.value(ir.bare(callee))
                && ir.str(name) == "values"
            {
                return (given.is_empty() && of_users(view, file, of, 0)).then_some(at);
            }
            given.iter().find_map(|arg| all_values(view, file, arg.value, depth + 1))
        }
        Value::Dict(pairs) => {
            ir.pairs[pairs].iter().find_map(|pair| all_values(view, file, pair.value, depth + 1))
        }
        Value::List(items) | Value::Tuple(items) => {
            ir.items[items].iter().find_map(|item| all_values(view, file, item.value, depth + 1))
        }
        _ => None,
    }
}

/// Whether a query fetches users: `User.objects.filter(…)`.
fn of_users(view: &EndpointsView<'_>, file: FileId, value: ValueId, depth: usize) -> bool {
    if depth > 24 {
        return false;
    }
    let ir = view.ir(file);
    match ir.value(ir.bare(value)) {
        Value::Call { callee, .. } => match ir.value(ir.bare(callee)) {
            Value::Attr { of, .. } => of_users(view, file, of, depth + 1),
            _ => false,
        },
        Value::Attr { of, name } if ir.str(name) == "objects" => {
            match view.project.definition(file, of) {
                Entity::Class(at, class) => view
                    .registries
                    .model_of((at, class))
                    .is_some_and(|id| view.registries.is_user(&ModelRef::Own(id))),
                Entity::External(symbol) => {
                    view.project.symbol(symbol) == "django.contrib.auth.models.User"
                }
                _ => false,
            }
        }
        Value::Attr { of, .. } => of_users(view, file, of, depth + 1),
        _ => false,
    }
}

/// Whether any code of the tree names the serializer.
fn is_used(view: &EndpointsView<'_>, serializer: &Serializer) -> bool {
    view.project.files().any(|file| {
        let ir = view.ir(file);
        let Some(name) = ir.strings.find(&serializer.name) else { return false };
        // Of its own file, the name of the class is no use of it.
        file != serializer.class.0
            || ir.values.iter().any(|value| {
                matches!(*value, Value::Attr { name: named, .. } | Value::Str(named)
                    | Value::Global { name: named, .. } | Value::Capture { name: named, .. }
                    if named == name)
            })
    })
}

/// Whether the serializer has a hand in what it shows, and names the field there: it takes it out, or
/// puts stars in its place.
fn is_taken_out(view: &EndpointsView<'_>, serializer: &Serializer, field: &str) -> bool {
    let Some((file, function)) = view.method(serializer.class, "to_representation") else {
        return false;
    };
    let ir = view.ir(file);
    ir.strings.find(field).is_some_and(|name| {
        ir.values.iter().enumerate().any(|(at, value)| {
            *value == Value::Str(name) && ir.stretch(ValueId::from_index(at)).function == function
        })
    })
}

/// `depth` shows whole rows of what the model refers to.
fn by_depth(registries: &Registries, serializer: &Serializer) -> Option<Draft> {
    let (_, place) = serializer.depth?;
    let model = registries.own(serializer.model.as_ref()?)?;
    let readable = serializer.readable(registries);
    let field = model.fields.iter().find(|field| {
        let refers = |(_, to): &(_, bartizan_django::registries::ModelRef)| registries.is_user(to);
        field.relation.as_ref().is_some_and(refers)
            && readable.get(&field.name).is_some()
            && serializer.declared.iter().all(|declared| declared.name != field.name)
    })?;
    let mut draft = Draft::at(place.file, place.span);
    draft.message =
        format!("`depth` shows the whole row behind `{}`, its password among it", field.name);
    draft.label = "all fields of the user".to_owned();
    draft.impact =
        "Whoever may look at one row gets the hash of the password and all else that is kept of \
                    the user it refers to."
            .to_owned();
    draft.fix = format!("a serializer for `{}` that names its fields", field.name);
    draft.notes.push((field.place.file, field.place.span, "refers to users".to_owned()));
    Some(draft)
}

fn is_model_field(registries: &Registries, serializer: &Serializer, name: &str) -> bool {
    let Some(model) = &serializer.model else { return false };
    match registries.own(model) {
        Some(model) => model.field(name).is_some_and(|field| field.relation.is_none()),
        None => registries.is_user(model),
    }
}
