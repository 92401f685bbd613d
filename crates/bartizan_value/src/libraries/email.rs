//! What a URL of the environment is parsed into, whatever it says: `vars().update(env.email_url(…))`.

use bartizan_ir::Value;

use crate::domain::{Abstract, Evaluated};
use crate::reason::Reason;
use crate::session::Session;

/// The keys that `environ.Env.email_url_config` gives a dict.
const KEYS: &[&str] = &[
    "EMAIL_BACKEND",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
    "OPTIONS",
];

impl Session<'_> {
    /// Whether a mapping of which not all is known may have a key.
    pub(crate) fn may_have_key(&self, mapping: &Evaluated, key: &str) -> bool {
        match &mapping.value {
            Abstract::Choice(choice) => {
                choice.alternatives.iter().any(|way| self.may_have_key(&way.value, key))
            }
            Abstract::Map(map) => {
                let is_it = |known: &Evaluated| known.value.as_str().is_none_or(|it| it == key);
                map.entries.iter().any(|(known, _)| is_it(known))
                    || match &map.open {
                        None => false,
                        Some(Reason::Environment(_)) => !self.is_other_key_of_email(mapping, key),
                        Some(_) => true,
                    }
            }
            Abstract::Env(env) => {
                let by_default = env.default.as_ref();
                !self.is_other_key_of_email(mapping, key)
                    || by_default.is_some_and(|default| self.may_have_key(default, key))
            }
            _ => true,
        }
    }

    /// Whether a value is what django-environ makes of a URL of mail, which never has this key.
    fn is_other_key_of_email(&self, value: &Evaluated, key: &str) -> bool {
        let ir = self.world.ir(value.site.file);
        let Value::Call { callee, .. } = ir.value(ir.bare(value.site.node)) else { return false };
        let Value::Attr { name, .. } = ir.value(ir.bare(callee)) else { return false };
        matches!(ir.str(name), "email" | "email_url") && !KEYS.contains(&key)
    }
}
