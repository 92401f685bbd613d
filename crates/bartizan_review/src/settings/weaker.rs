//! Whether one value of a setting protects less than another.

use super::WATCHED;
use super::sense::{Sense, sense};
use crate::facts::{Plain, Value};

/// Whether templates are set to write values as they are.
pub(super) fn is_unescaped(templates: &Value) -> bool {
    texts(templates).iter().any(|text| text == "autoescape=off")
}

/// How much the permission classes of a list ask together, as far as their names tell.
pub(super) fn permissions_weaker(old: &Value, new: &Value) -> bool {
    let strength = |value: &Value| -> i32 {
        let of = |text: &String| match text.rsplit('.').next().unwrap_or("") {
            "AllowAny" => 0,
            "IsAuthenticatedOrReadOnly" | "DjangoModelPermissionsOrAnonReadOnly" => 1,
            "IsAuthenticated" => 2,
            "DjangoModelPermissions" | "DjangoObjectPermissions" => 3,
            "IsAdminUser" => 4,
            _ => 3,
        };
        texts(value).iter().map(of).max().unwrap_or(0)
    };
    let (olds, news) = (texts(old), texts(new));
    strength(new) < strength(old)
        || strength(new) == strength(old)
            && olds.iter().any(|class| !news.contains(class))
            && news.len() < olds.len()
}

pub(super) fn seconds(value: &Value) -> Option<f64> {
    match &value.plain {
        Plain::Number(number) => Some(*number),
        Plain::Named(_, parts) => {
            let mut all = 0.0;
            for part in parts {
                let Plain::Number(number) = part.plain else { return None };
                let unit = part.shown.split('=').next().unwrap_or("");
                all += number
                    * match unit {
                        "days" => 86_400.0,
                        "hours" => 3_600.0,
                        "minutes" => 60.0,
                        "weeks" => 604_800.0,
                        "seconds" => 1.0,
                        _ => return None,
                    };
            }
            Some(all)
        }
        _ => None,
    }
}

/// All texts in a value; `autoescape=off` where a dict says so.
pub(super) fn texts(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, &mut found, 0);
    found
}

fn collect(value: &Value, found: &mut Vec<String>, depth: usize) {
    if depth > 8 {
        return;
    }
    match &value.plain {
        Plain::Text(text) => found.push(text.clone()),
        Plain::Named(name, _) => found.push(name.clone()),
        Plain::List(items, _) => items.iter().for_each(|item| collect(item, found, depth + 1)),
        Plain::Map(entries, _) => {
            for (key, item) in entries {
                if key == "autoescape" && item.plain == Plain::Bool(false) {
                    found.push("autoescape=off".to_owned());
                }
                collect(item, found, depth + 1);
            }
        }
        Plain::Unknown => found.extend(value.written.iter().cloned()),
        Plain::Choice(ways) => ways.iter().for_each(|way| collect(way, found, depth + 1)),
        _ => {}
    }
}

/// Whether a setting of this name protects less by its new value.
pub(super) fn is_weaker(name: &str, old: &Value, new: &Value) -> bool {
    let on = |value: &Value| match &value.plain {
        Plain::Bool(truth) => Some(*truth),
        // Addresses are signed unless something says otherwise.
        Plain::None => Some(name.ends_with("QUERYSTRING_AUTH")),
        Plain::Number(number) => Some(*number != 0.0),
        // What is on by a text is a setting of Django's that takes one for true.
        Plain::Text(text) if WATCHED.contains(&name) => Some(!text.is_empty()),
        _ => None,
    };
    // What the project does not write itself may be bound by code that is not followed.
    let is_left_open = |value: &Value| {
        (value.place.is_some() || value.plain == Plain::Unknown && new.place.is_some())
            && matches!(
                value.plain,
                Plain::Unknown | Plain::Environment | Plain::Choice(_) | Plain::Named(..)
            )
    };
    // Of what was not known at all, what it is now unless something says otherwise is news.
    let is_settled = !new.is_default || old.plain == Plain::Unknown;
    let number = |value: &Value| match &value.plain {
        Plain::Number(number) => Some(*number),
        Plain::None => None,
        _ => None,
    };
    match sense(name) {
        Sense::On => {
            on(new) == Some(false)
                && (on(old) == Some(true)
                    // Something decided that nobody knows, and it is off for good now.
                    || is_left_open(old) && is_settled && WATCHED.contains(&name)
                    // It was off until the environment said otherwise, and is off whatever that says.
                    || on(old) == Some(false) && old.is_default && !new.is_default)
        }
        Sense::Off => {
            on(new) == Some(true)
                && (on(old) == Some(false)
                    || is_left_open(old) && is_settled && WATCHED.contains(&name)
                    // It was on until the environment said otherwise, and is on whatever that says.
                    || on(old) == Some(true) && old.is_default && !new.is_default)
        }
        Sense::More => number(new).unwrap_or(0.0) < number(old).unwrap_or(0.0),
        Sense::Less => match (number(old), number(new)) {
            (Some(old), Some(new)) => new > old,
            (Some(_), None) => new.plain == Plain::None,
            _ => false,
        },
        Sense::Opens => {
            let (olds, news) = (texts(old), texts(new));
            matches!(new.plain, Plain::List(..))
                && news.iter().any(|item| !olds.contains(item) && opens(name, item))
        }
        Sense::Protects => {
            let (olds, news) = (texts(old), texts(new));
            let is_known = matches!(new.plain, Plain::List(_, true) | Plain::None)
                || matches!((&old.plain, &new.plain), (Plain::List(_, false), Plain::List(..)));
            let is_gone = olds.iter().any(|item| !news.contains(item) && item.contains('.'));
            is_known && (is_gone || min_length(new) < min_length(old))
        }
        Sense::Ranked(order) => {
            let rank = |value: &Value| {
                let text = match &value.plain {
                    Plain::Text(text) => text.clone(),
                    Plain::List(items, _) => match items.first().map(|item| &item.plain) {
                        Some(Plain::Text(text)) => text.clone(),
                        _ => return None,
                    },
                    Plain::None | Plain::Bool(false) => String::new(),
                    Plain::Named(name, _) => name.clone(),
                    _ => return None,
                };
                order.iter().position(|known| known.eq_ignore_ascii_case(&text))
            };
            match (rank(old), rank(new)) {
                (Some(old), Some(new)) => new > old,
                _ => false,
            }
        }
        Sense::Silent => match name {
            "SECRET_KEY" => {
                matches!(new.plain, Plain::Text(_)) && !matches!(old.plain, Plain::Text(_))
            }
            "SECURE_PROXY_SSL_HEADER" => {
                // It may have been without.
                let may_be_none = match &old.plain {
                    Plain::None => true,
                    Plain::Choice(ways) => ways.iter().any(|way| way.plain == Plain::None),
                    _ => false,
                };
                may_be_none && matches!(new.plain, Plain::List(..))
            }
            "PASSWORD_HASHERS" => {
                let first = |value: &Value| texts(value).first().cloned().unwrap_or_default();
                let is_weak = |name: &str| {
                    let class = name.rsplit('.').next().unwrap_or(name);
                    ["MD5", "SHA1", "Unsalted", "Crypt"].iter().any(|weak| class.starts_with(weak))
                };
                is_weak(&first(new)) && !is_weak(&first(old))
            }
            "AUTHENTICATION_BACKENDS" => {
                // One that turns away those who guessed too often.
                texts(old).iter().any(|item| {
                    !texts(new).contains(item)
                        && (item.contains("Axes") || item.contains("Lockout"))
                }) || texts(new)
                    .iter()
                    .any(|item| item.contains("AllowAllUsers") && !texts(old).contains(item))
            }
            "SESSION_ENGINE" => {
                let in_cookies = |value: &Value| {
                    texts(value).iter().any(|text| text.ends_with("signed_cookies"))
                };
                in_cookies(new) && !in_cookies(old)
            }
            "INSTALLED_APPS" => {
                let tools =
                    ["debug_toolbar", "silk", "django_extensions", "werkzeug_debugger_runserver"];
                tools.iter().any(|tool| {
                    let has = |value: &Value| texts(value).iter().any(|text| text == tool);
                    has(new) && !has(old)
                })
            }
            _ if name.starts_with("CSP_")
                || name.contains("SECURE_CSP")
                || name.contains("CONTENT_SECURITY_POLICY") =>
            {
                policy_opens(old, new) || new.plain == Plain::None && old.plain != Plain::None
            }
            _ => false,
        },
    }
}

/// Whether a directive of a content security policy allows more than it did.
fn policy_opens(old: &Value, new: &Value) -> bool {
    if let (Plain::Map(olds, _), Plain::Map(news, _)) = (&old.plain, &new.plain) {
        return olds.iter().any(|(key, old)| match news.iter().find(|(known, _)| known == key) {
            Some((_, new)) => old != new && policy_opens(old, new),
            // What nothing is said of is allowed from everywhere.
            None => key.ends_with("-src") || key.ends_with("_SRC") || key == "DIRECTIVES",
        });
    }
    let olds = texts(old);
    texts(new).iter().any(|text| {
        let is_wide = text.contains("unsafe-") || matches!(text.as_str(), "*" | "https:" | "data:");
        is_wide && !olds.contains(text)
    })
}

/// Whether an item of a list opens anything that matters.
fn opens(name: &str, item: &str) -> bool {
    match name {
        // Another host of one's own is no hole; a pattern is.
        "ALLOWED_HOSTS" => item.starts_with('*') || item.starts_with('.') || item.is_empty(),
        _ => true,
    }
}

fn min_length(value: &Value) -> i64 {
    let Plain::List(items, _) = &value.plain else { return 0 };
    for item in items {
        let Plain::Map(entries, _) = &item.plain else { continue };
        let is_length = entries.iter().any(|(_, value)| {
            matches!(&value.plain, Plain::Text(text) if text.ends_with("MinimumLengthValidator"))
        });
        if !is_length {
            continue;
        }
        for (key, value) in entries {
            if key == "OPTIONS"
                && let Plain::Map(options, _) = &value.plain
                && let Some((_, value)) = options.iter().find(|(key, _)| key == "min_length")
                && let Plain::Number(number) = value.plain
            {
                return number as i64;
            }
        }
        return 8;
    }
    0
}
