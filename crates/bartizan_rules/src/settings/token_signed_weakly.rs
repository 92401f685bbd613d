//! Tokens that others can sign.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::Evaluated;

use crate::settings_view::{Entry, entry};
use crate::{Detect, Draft, Rule, SettingsView};

/// The tokens of the API are not signed, or with a key that stands in the source.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "token-signed-weakly",
        title: "Tokens that others can sign",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(347), Cwe(321)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("token_signed_weakly.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// Settings of libraries, with the keys under which they keep the algorithm and the key that signs.
const TOKENS: &[(&str, &str, &str)] = &[
    ("SIMPLE_JWT", "ALGORITHM", "SIGNING_KEY"),
    ("JWT_AUTH", "JWT_ALGORITHM", "JWT_SECRET_KEY"),
    ("GRAPHQL_JWT", "JWT_ALGORITHM", "JWT_SECRET_KEY"),
    ("NINJA_JWT", "ALGORITHM", "SIGNING_KEY"),
];

const IMPACT: &str = "Whoever knows that writes tokens of their own and is whoever they say: any \
                      user, any member of staff.";

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (name, algorithm, key) in TOKENS {
        for (value, draft) in view.ways(name) {
            if let Entry::Given(found) = entry(&value, algorithm)
                && found.value.as_str().is_some_and(|it| it.eq_ignore_ascii_case("none"))
            {
                drafts.push(Draft {
                    message: format!("Tokens of {name} are not signed in {}", view.name()),
                    label: "no algorithm: no signature".to_owned(),
                    impact: IMPACT.to_owned(),
                    fix: format!("\"{algorithm}\": \"HS256\""),
                    ..view.narrowed(draft, &found)
                });
                break;
            }
            let Entry::Given(found) = entry(&value, key) else { continue };
            if is_secret_of_the_site(view, &found) {
                continue;
            }
            if found.value.as_str().is_some_and(|key| !key.is_empty()) {
                drafts.push(Draft {
                    message: format!("The key that signs tokens of {name} stands in the source"),
                    label: "a secret, for every reader of the code".to_owned(),
                    impact: IMPACT.to_owned(),
                    fix: format!("\"{key}\": os.environ[\"{key}\"]"),
                    conceal: true,
                    ..view.narrowed(draft, &found)
                });
                break;
            }
        }
    }
}

/// Whether it is `SECRET_KEY` again, of which another rule speaks.
fn is_secret_of_the_site(view: &SettingsView<'_>, key: &Evaluated) -> bool {
    view.get("SECRET_KEY").is_some_and(|secret| secret.value == *key)
}
