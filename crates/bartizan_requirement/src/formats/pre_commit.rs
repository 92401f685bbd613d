//! `.pre-commit-config.yaml`: the additional dependencies of its hooks.

use bartizan_base::FilePath;

use super::table::{Sheet, all};
use crate::dependency;
use crate::node::{self, Node};
use crate::text::SourceText;
use crate::{Group, Manifest, ManifestFormat, RequirementKind};

/// Reads `.pre-commit-config.yaml`.
pub fn read(path: &FilePath, bytes: &[u8]) -> Manifest {
    let (source, problem) = SourceText::decode(path, bytes);
    let (document, problems) = node::read_yaml(&source);
    let mut manifest = Manifest::new(path.clone(), ManifestFormat::PreCommit);
    manifest.problems = all(problem, problems);
    let mut sheet = Sheet { source: &source, manifest };
    let group = Group::Development("pre-commit".to_owned());
    for repository in document.get("repos").map_or(&[][..], Node::items) {
        for hook in repository.get("hooks").map_or(&[][..], Node::items) {
            let other = hook.text_at("language").is_some_and(|name| !name.starts_with("python"));
            if other {
                continue;
            }
            for item in hook.get("additional_dependencies").map_or(&[][..], Node::items) {
                if is_python(item) {
                    sheet.text(item, &group, RequirementKind::Wanted);
                }
            }
        }
    }
    sheet.manifest
}

/// A hook does not say for which language it is: `eslint@9` and `./plugin` are not Python's.
fn is_python(item: &Node) -> bool {
    let Some(text) = item.text() else { return false };
    let at_version = text.split_once('@').is_some_and(|(_, rest)| !rest.contains("://"));
    !at_version && dependency::parse(text).is_ok_and(|(_, wrongs)| wrongs.is_empty())
}
