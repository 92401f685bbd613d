//! Secrets that are built into an image.

use bartizan_base::FilePath;
use bartizan_deployment::{Facts, Instruction, is_for_developers, names_a_secret};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// A secret in the layers of an image.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "secret-in-image",
        title: "Secret in the image",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(538), Cwe(522)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("secret_in_image.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

/// Names of files that hold secrets and nothing else.
const FILES: &[&str] = &[
    ".env",
    ".env.production",
    ".env.prod",
    ".env.local",
    "id_rsa",
    "id_ed25519",
    "id_ecdsa",
    ".netrc",
    ".pypirc",
    ".npmrc",
    ".pgpass",
    "credentials.json",
];

fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    let Facts::Dockerfile(file) = site.facts else { return };
    let last = file.stages.len().saturating_sub(1);
    let instructions = || file.stages.iter().flat_map(|stage| &stage.instructions);
    let declared: Vec<&str> = instructions()
        .filter(|instruction| instruction.keyword == "ARG")
        .flat_map(|instruction| instruction.pairs.iter().map(|pair| pair.name.as_str()))
        .collect();
    for (at, stage) in file.stages.iter().enumerate() {
        for instruction in &stage.instructions {
            variables(instruction, &declared, site, drafts);
            if at == last && matches!(instruction.keyword.as_str(), "COPY" | "ADD") {
                copied(instruction, drafts);
                copied_along(instruction, site, drafts);
            }
        }
    }
}

/// `ENV` and `ARG` that give a secret its value, in the layer and in `docker history`.
fn variables(
    instruction: &Instruction,
    declared: &[&str],
    site: &DeploymentSite<'_>,
    drafts: &mut Vec<TextDraft>,
) {
    for pair in &instruction.pairs {
        let Some(value) = &pair.value else { continue };
        // What looks like a credential is the business of the rules about them.
        let is_told = site.candidates.iter().any(|found| value.span.contains(found.span));
        let argument = value.text.trim_start_matches("${").trim_start_matches('$');
        let argument = argument.trim_end_matches('}');
        if !names_a_secret(&pair.name) || is_told || argument.len() < 3 {
            continue;
        }
        // What no `ARG` declares is empty.
        let passes_on = value.text.starts_with('$')
            && instruction.keyword == "ENV"
            && declared.contains(&argument);
        if !passes_on {
            continue;
        }
        let mut draft = TextDraft::at(pair.span, format!("env {}", pair.name));
        draft.message = format!("`{}` of the build is kept in the image", pair.name);
        draft.label = "readable in every copy of the image".to_owned();
        draft.impact = "Whoever can pull the image reads the secret with `docker inspect`, and \
                        so does every process in the container."
            .to_owned();
        draft.fix = "Use `RUN --mount=type=secret` while building, and hand the secret to the \
                     container when it starts"
            .to_owned();
        drafts.push(draft);
    }
}

/// What an instruction copies out of the folder that the image is built from.
fn sources(instruction: &Instruction) -> Vec<String> {
    let mut words = instruction.words();
    if words.iter().any(|word| word.starts_with("--from=")) {
        return Vec::new();
    }
    words.retain(|word| !word.starts_with("--"));
    words.pop();
    words
}

/// A whole folder, with a file of secrets in it that no `.dockerignore` keeps back.
fn copied_along(instruction: &Instruction, site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    for source in sources(instruction) {
        let folder = source.trim_start_matches("./").trim_matches('/');
        let folder = if folder == "." { "" } else { folder };
        let inside = |path: &str| {
            folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let holds_secrets = |path: &str| {
            FILES.contains(&path.rsplit('/').next().unwrap_or(path))
                && FilePath::new(path).is_some_and(|path| !is_for_developers(&path))
        };
        let along = site.env_files.iter().find(|path| inside(path) && holds_secrets(path));
        let Some(path) = along else { continue };
        let mut draft = TextDraft::at(instruction.argument.span, format!("copy {source} {path}"));
        draft.message = format!("`{path}` goes into the image with the folder around it");
        draft.label = "copies the file of secrets along".to_owned();
        draft.impact = "Whoever can pull the image unpacks the layer and reads the file, even if \
                        a later step removes it."
            .to_owned();
        draft.fix = "List `**/.env*` in `.dockerignore`".to_owned();
        drafts.push(draft.at_most(Confidence::Medium, "if the image is built where the file lies"));
    }
}

fn copied(instruction: &Instruction, drafts: &mut Vec<TextDraft>) {
    for source in sources(instruction) {
        let name = source.rsplit('/').next().unwrap_or(&source);
        if !FILES.contains(&name) {
            continue;
        }
        let mut draft = TextDraft::at(instruction.argument.span, format!("copy {name}"));
        draft.message = format!("`{name}` is copied into the image");
        draft.label = "secrets, in a layer of the image".to_owned();
        draft.impact = "Whoever can pull the image unpacks the layer and reads the file, even if \
                        a later step removes it."
            .to_owned();
        draft.fix = format!("List `{name}` in `.dockerignore`, and mount it where it is needed");
        drafts.push(draft);
    }
}
