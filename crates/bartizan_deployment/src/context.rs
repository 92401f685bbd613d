//! What goes along when an image is built: the files around a Dockerfile that `.dockerignore` lets pass.

use bartizan_base::FilePath;

/// The folder that an image is built from, as people do it: that of the Dockerfile, or the one above
/// where its folder is for such files alone, as `docker/` is.
pub fn context_of(dockerfile: &FilePath) -> &str {
    const KEPT_FOR_IMAGES: &[&str] = &[
        "docker",
        ".docker",
        "dockerfiles",
        "containers",
        "container",
        "images",
        "compose",
        "deploy",
        "deployment",
        "build",
        "ci",
        "infra",
        "ops",
        "production",
        "prod",
        "staging",
        "django",
    ];
    let mut folder = dockerfile.parent();
    // `compose/production/django/Dockerfile` is built from the folder above `compose`.
    let mut parts = folder.split('/').enumerate();
    if let Some((at, _)) = parts.find(|(_, part)| KEPT_FOR_IMAGES.contains(part)) {
        let length: usize = folder.split('/').take(at).map(|part| part.len() + 1).sum();
        folder = &folder[..length.saturating_sub(1)];
    }
    folder
}

/// A `.dockerignore`: the last pattern that a path fits decides.
#[derive(Clone, Debug, Default)]
pub struct DockerIgnore {
    /// The parts of each pattern, and whether it keeps what it fits.
    patterns: Vec<(Vec<String>, bool)>,
}

/// More than anybody writes, and little enough to try each of.
const MOST_PATTERNS: usize = 1_000;
const MOST_PARTS: usize = 32;

impl DockerIgnore {
    /// Reads the file.
    pub fn read(text: &str) -> Self {
        let lines = text.lines().map(str::trim);
        let patterns = lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| {
                let (keeps, pattern) = match line.strip_prefix('!') {
                    Some(pattern) => (true, pattern.trim()),
                    None => (false, line),
                };
                let parts = pattern.split('/').filter(|part| !matches!(*part, "" | "."));
                (parts.map(str::to_owned).collect::<Vec<_>>(), keeps)
            })
            .filter(|(parts, _)| (1..=MOST_PARTS).contains(&parts.len()))
            .take(MOST_PATTERNS);
        Self { patterns: patterns.collect() }
    }

    /// Whether a path, relative to the folder that the image is built from, stays behind.
    pub fn leaves_out(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').take(MOST_PARTS).collect();
        let mut out = false;
        for (pattern, keeps) in &self.patterns {
            // What fits a folder fits all that is in it.
            if out == *keeps && (1..=parts.len()).any(|end| fits(pattern, &parts[..end])) {
                out = !keeps;
            }
        }
        out
    }
}

/// Whether the parts of a path fit those of a pattern, in which `**` stands for any number of them.
fn fits(pattern: &[String], path: &[&str]) -> bool {
    // Which beginnings of the path the pattern fits so far.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for part in pattern {
        let mut next = vec![false; path.len() + 1];
        for at in (0..=path.len()).filter(|at| reached[*at]) {
            if part == "**" {
                next[at..].fill(true);
                break;
            }
            if path.get(at).is_some_and(|name| fits_part(part, name)) {
                next[at + 1] = true;
            }
        }
        reached = next;
    }
    reached[path.len()]
}

/// Whether one name fits: `*` stands for anything, `?` for one character.
fn fits_part(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, n));
                p += 1;
            }
            Some(c) if *c == b'?' || *c == name[n] => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    (p, n) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_built_from_the_folder_around() {
        let of = |path: &str| context_of(&FilePath::new(path).unwrap()).to_owned();
        assert_eq!(of("Dockerfile"), "");
        assert_eq!(of("docker/web.Dockerfile"), "");
        assert_eq!(of("compose/production/django/Dockerfile"), "");
        assert_eq!(of("services/shop/Dockerfile"), "services/shop");
        assert_eq!(of("services/shop/docker/Dockerfile"), "services/shop");
    }

    #[test]
    fn patterns_are_read_as_docker_reads_them() {
        let out = |text: &str, path: &str| DockerIgnore::read(text).leaves_out(path);
        assert!(out(".env", ".env") && out("/.env", ".env") && out(".env*", ".env.production"));
        // A pattern without `**` is one of the folder itself.
        assert!(!out(".env", "shop/.env") && out("**/.env", "shop/.env") && out("**/.env", ".env"));
        assert!(out("shop", "shop/.env") && out("sh?p/*", "shop/.env"));
        assert!(out("*\n!shop", ".env") && !out("*\n!shop", "shop/views.py"));
        assert!(!out("**\n!.env", ".env") && !out("# .env\n", ".env"));
        assert!(!out("!.env\n", ".env") && out("!.env\n.env", ".env"));
    }
}
