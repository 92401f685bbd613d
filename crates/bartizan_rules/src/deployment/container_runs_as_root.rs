//! Images whose process is root.

use bartizan_deployment::{Dockerfile, Facts, is_for_developers};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// An image without a user of its own.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "container-runs-as-root",
        title: "Container that runs as root",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(250), Cwe(269)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("container_runs_as_root.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

/// Official images that run as root unless they are told otherwise.
const ROOTS: &[&str] = &[
    "python",
    "debian",
    "ubuntu",
    "alpine",
    "node",
    "nginx",
    "fedora",
    "amazonlinux",
    "rockylinux",
    "almalinux",
    "centos",
    "pypy",
    "buildpack-deps",
    "ghcr.io/astral-sh/uv",
    "busybox",
    "archlinux",
];

fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    let Facts::Dockerfile(file) = site.facts else { return };
    let Some(last) = file.stages.len().checked_sub(1) else { return };
    if is_for_developers(site.path) || drops_root_later(file, last) {
        return;
    }
    let (base, user) = lineage(file, last);
    let stage = &file.stages[last];
    let runs = |keyword: &str| stage.instructions.iter().any(|i| i.keyword == keyword);
    if user.as_deref().is_some_and(|user| !is_root(user)) || !runs("CMD") && !runs("ENTRYPOINT") {
        return;
    }
    let name = base.split(['@', ':']).next().unwrap_or(base);
    let name = name.trim_start_matches("docker.io/").trim_start_matches("library/");
    let known = ROOTS.contains(&name);
    if user.is_none() && base.contains("nonroot") {
        return;
    }
    let mut draft = TextDraft::at(stage.from.span, "final stage user");
    draft.message = match user {
        Some(_) => "The process in this image runs as root".to_owned(),
        None => "No `USER` is set, and the process in this image runs as root".to_owned(),
    };
    draft.label = "root unless told otherwise".to_owned();
    draft.impact = "Whoever gets a command to run in the site owns the whole container: they \
                    change its code, install tools, and are one hole in the kernel away from the \
                    machine."
        .to_owned();
    draft.fix = "RUN useradd --system app\nUSER app".to_owned();
    if !known && user.is_none() {
        draft = draft.at_most(Confidence::Low, "if the base image has no user of its own");
    }
    drafts.push(draft);
}

/// The image that a stage goes back to, and the last user on the way.
fn lineage(file: &Dockerfile, last: usize) -> (&str, Option<String>) {
    let mut at = last;
    let mut user = None;
    loop {
        let stage = &file.stages[at];
        let set = stage.instructions.iter().rfind(|i| i.keyword == "USER");
        user = user.or_else(|| set.map(|i| i.argument.text.clone()));
        let earlier = file.stages[..at]
            .iter()
            .rposition(|earlier| earlier.name.as_deref() == Some(stage.from.text.as_str()));
        match earlier {
            Some(earlier) => at = earlier,
            None => return (&stage.from.text, user),
        }
    }
}

fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or(user).trim();
    name == "root" || name == "0"
}

/// Whether the process is started by a tool that changes the user first.
fn drops_root_later(file: &Dockerfile, last: usize) -> bool {
    const TOOLS: &[&str] = &["gosu", "su-exec", "setpriv", "s6-overlay", "supervisord", "runuser"];
    file.stages[last]
        .instructions
        .iter()
        .any(|instruction| TOOLS.iter().any(|tool| instruction.argument.text.contains(tool)))
}
