//! Tests that are there only while nobody optimises.

use bartizan_django::views::values::tail_name;
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::{CompareOp, FileIr, UnaryOp, Value, ValueId};
use bartizan_model::kind;
use bartizan_project::{ClassRef, Inherits};

use crate::words::has_word;
use crate::{Detect, Draft, Found, Rule, Syntax, SyntaxSite};

/// An `assert` that something rests on.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "assertion-as-guard",
        title: "Assertion used as a guard",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(617), Cwe(703)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Bandit, "B101"), Alias(Peer::Ruff, "S101")],
        related: &[],
        was: &[],
        page: include_str!("assertion_as_guard.md"),
    },
    detect: Detect::Syntax { on: &[Syntax::Assertion], judge },
    everyday_until: None,
};

/// Words in a test that decides who of those who are logged in gets in.
const RIGHTS: &[&str] =
    &["permission", "permissions", "perm", "perms", "staff", "superuser", "owner", "allowed"];

/// Words for whoever asks: a right is somebody's, what is `allowed` among values is nobody's.
const ASKING: &[&str] =
    &["request", "user", "visitor", "viewer", "account", "member", "owner", "author", "caller"];

/// Words for the proof that a request brings.
const PROOFS: &[&str] = &["csrf", "signature"];

fn judge(site: &SyntaxSite<'_>) -> Option<Draft> {
    let Found::Assertion(test) = site.found else { return None };
    let words = written(site.span.slice(site.text));
    // Behind a door that asks whether there is a user, the assertion tells a type checker so; and so it
    // does where no request is near, as in a method of a model.
    let is_of_visitor = has_word(words, &["authenticated"])
        && has_word(words, &["request"])
        && !is_behind_login(site);
    let guards = !is_about_types(site.view.ir(), test, words)
        && (has_word(words, RIGHTS) && has_word(words, ASKING)
            || has_word(words, PROOFS)
            || is_of_visitor);
    let mut draft = site.draft();
    if guards {
        draft.severity = Some(Severity::Medium);
        draft.doubt = Some("if nothing else asks the same".to_owned());
    } else {
        draft = draft.at_most(Confidence::Low, "if anything rests on the test being made");
    }
    draft.message = if guards {
        "An assertion decides who gets in".to_owned()
    } else {
        "This test is made only where assertions are".to_owned()
    };
    draft.label = "gone under `python -O`".to_owned();
    draft.impact =
        "With optimisation on, the line is not there: what it kept out comes in.".to_owned();
    draft.fix =
        if guards { "raise PermissionDenied" } else { "if not …: raise ValueError(…)" }.to_owned();
    Some(draft)
}

/// What is written between `assert` and the message, which stands behind a comma outside all brackets
/// and texts; what stands behind a variable is not asked.
fn written(statement: &str) -> &str {
    let (mut depth, mut text, mut is_escaped) = (0_u32, None, false);
    for (at, c) in statement.char_indices() {
        match (text, c) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(quote), _) if c == quote => text = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => text = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => return &statement[..at],
            _ => {}
        }
    }
    statement
}

/// Whether a test only tells a type checker what something is: `isinstance(…)`, `… is not None`.
fn is_about_types(ir: &FileIr, test: ValueId, written: &str) -> bool {
    match ir.value(ir.bare(test)) {
        Value::Unary { op: UnaryOp::Not, of } => is_about_types(ir, of, written),
        Value::Call { callee, .. } => matches!(
            tail_name(ir, callee),
            Some("callable" | "hasattr" | "isinstance" | "issubclass")
        ),
        Value::Compare { op: CompareOp::IsNot, right, .. } => {
            ir.value(ir.bare(right)) == Value::None
        }
        // `role == "superuser"` says what came, not who came.
        Value::Compare { op: CompareOp::Eq | CompareOp::In, .. } => {
            !has_word(written, &["owner", "user", "visitor"])
        }
        _ => false,
    }
}

/// Whether the function, or the class that it is a method of, has a door that only someone who is
/// logged in passes.
fn is_behind_login(site: &SyntaxSite<'_>) -> bool {
    let (view, ir) = (site.view, site.view.ir());
    let function = ir.function(site.function);
    let is_door = |by: &ValueId| {
        let decorator = view.project.decorator(view.file, *by);
        decorator.is_some_and(|decorator| decorator.adds.contains(&kind::LOGIN_REQUIRED))
    };
    if ir.ids[function.decorators].iter().any(is_door) {
        return true;
    }
    function.class.is_some_and(|class| {
        let class = ClassRef::Project(view.file, class);
        let mixin = "django.contrib.auth.mixins.AccessMixin";
        view.project.is_subclass(class, mixin) == Inherits::Yes
    })
}
