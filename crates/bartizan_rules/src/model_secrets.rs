//! Fields of models that hold what nobody else should know.

use bartizan_django::registries::{ModelRef, Registries};

const SECRETS: &[&str] = &[
    "access_key",
    "access_token",
    "api_key",
    "api_secret",
    "api_token",
    "apikey",
    "auth_token",
    "client_secret",
    "otp_secret",
    "password",
    "password_hash",
    "private_key",
    "recovery_codes",
    "refresh_token",
    "reset_token",
    "secret",
    "secret_key",
    "session_key",
    "signing_key",
    "token",
    "totp_secret",
    "webhook_secret",
];

/// Ends of such names: `smtp_password`, `stripe_api_key`.
const ENDS: &[&str] =
    &["_access_token", "_api_key", "_api_token", "_auth_token", "_password", "_secret_key"];

/// Whether a field of that name holds a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name) || ENDS.iter().any(|end| name.ends_with(end))
}

/// The first field of a model that holds a secret.
pub(crate) fn secret_of(registries: &Registries, model: &ModelRef) -> Option<String> {
    match registries.own(model) {
        Some(model) => {
            let field = model.fields.iter().find(|field| is_secret(&field.name))?;
            Some(field.name.clone())
        }
        None => {
            let is_user = matches!(model, ModelRef::Outside(name)
                if name.starts_with("django.contrib.auth") && name.ends_with(".User"));
            (is_user || registries.is_user(model)).then(|| "password".to_owned())
        }
    }
}
