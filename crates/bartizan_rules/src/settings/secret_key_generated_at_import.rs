//! Keys that last as long as a process.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::{Abstract, Reason, Symbol};

use crate::{Detect, Draft, Rule, SettingsView};

/// Every process signs with a key of its own.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "secret-key-generated-at-import",
        title: "Secret key that changes with every start",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(320)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("secret_key_generated_at_import.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// What gives something else each time.
const GENERATORS: &[&str] = &[
    "django.core.management.utils.get_random_secret_key",
    "django.utils.crypto.get_random_string",
    "os.urandom",
    "secrets.token_bytes",
    "secrets.token_hex",
    "secrets.token_urlsafe",
    "uuid.uuid4",
];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("SECRET_KEY") {
        let name = match &value.value {
            Abstract::Apply(apply) => match &apply.symbol {
                Symbol::External(name) => name,
                _ => continue,
            },
            Abstract::Unknown(Reason::External(name)) => name,
            _ => continue,
        };
        if GENERATORS.contains(&&**name) {
            let what = "is another with every process";
            let impact = "Sessions and reset links break between processes and with every start; \
                          the quick way out is a fixed key in the source, for everyone to read.";
            let fix = "SECRET_KEY = os.environ[\"SECRET_KEY\"]";
            let draft = view.say(draft, "SECRET_KEY", what, impact, fix);
            drafts.push(draft.at_most(Confidence::Medium, "if more than one process ever serves"));
            return;
        }
    }
}
