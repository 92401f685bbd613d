//! Secrets that an API shows.

use bartizan_django::registries::{Registries, Selection, Serializer};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{Value, ValueId};

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

/// Fields that hold what nobody else should know.
const SECRETS: &[&str] = &[
    "access_token",
    "api_key",
    "apikey",
    "auth_token",
    "client_secret",
    "otp_secret",
    "password",
    "password_hash",
    "private_key",
    "recovery_codes",
    "refresh_token",
    "secret",
    "secret_key",
    "session_key",
    "signing_key",
    "totp_secret",
    "webhook_secret",
];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for serializer in &view.registries.serializers {
        let readable = serializer.readable(view.registries);
        let found = readable.fields.iter().find(|field| {
            SECRETS.contains(&&*field.name)
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
            drafts.push(draft);
            continue;
        }
        drafts.extend(by_depth(view.registries, serializer));
    }
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
