//! The readers that take text from strangers, and what each promises whatever it is given.

use std::path::Path;

use bartizan_model::Models;
use bartizan_scan::config::{Config, Form};

use super::mutate::digest;

/// A reader, as the fuzzer sees it.
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Reads one input, and panics where a promise is broken. The number stands for what the reader
    /// did: inputs that only differ in names come to the same number.
    pub run: fn(&[u8]) -> u64,
    /// Pieces of the language.
    pub words: &'static [&'static str],
    /// Inputs that a file of the repository holds; its text is read only where it is asked for.
    pub seeds: fn(&Path, &dyn Fn() -> String) -> Vec<Vec<u8>>,
}

/// The stack that targets run on.
pub const WORKER_STACK: usize = 8 << 20;

/// All targets.
pub const TARGETS: &[Target] = &[
    Target {
        name: "configuration",
        run: |input| {
            let text = String::from_utf8_lossy(input);
            let forms = [("bartizan.toml", Form::Own), ("pyproject.toml", Form::Pyproject)];
            let mut said = String::new();
            for (path, form) in forms {
                match Config::parse(path, &text, form, &[]) {
                    Ok(config) => said.push_str(if config.is_some() { "read" } else { "none" }),
                    Err(errors) => {
                        for error in errors {
                            said.push_str(&kind_of(&error.message));
                        }
                    }
                }
            }
            digest(said.as_bytes())
        },
        words: &[
            "[tool.bartizan]\n",
            "profile",
            "select",
            "ignore",
            "fail-on",
            "exclude",
            "tests",
            "models",
            " = ",
            "[",
            "]",
            "\"",
            "\"\"\"",
            "{",
            "}",
            ",",
            "\n",
            "#",
            "!",
            "**",
            "*/",
            "../",
            "\\",
            "\\u0000",
            "\u{feff}",
            "1979-05-27T07:32:00Z",
            "0x7fff",
            "\"high\"",
            "\"everyday\"",
            "[[a.b]]\n",
        ],
        seeds: |_, _| Vec::new(),
    },
    Target {
        name: "model",
        run: |input| {
            let text = String::from_utf8_lossy(input);
            let said = match Models::default().with_user("models.toml", &text) {
                Ok(()) => "read".to_string(),
                Err(error) => {
                    assert!(text.len() >= error.span.start as usize, "{error} lies in the text");
                    kind_of(&error.message)
                }
            };
            digest(said.as_bytes())
        },
        words: &[
            "schema = 1\n",
            "[[function]]\n",
            "[[class]]\n",
            "[[class.method]]\n",
            "[[decorator]]\n",
            "name",
            "params",
            "roles",
            "kinds",
            "cleans",
            "returns",
            "why",
            "since",
            "until",
            "confidence",
            "receiver",
            "when",
            "unless",
            "into",
            " = ",
            "\"",
            "[",
            "]",
            "{",
            "}",
            ",",
            "*",
            "**",
            "/",
            "=None",
            "\n",
            "\"self\"",
            "sql-text",
        ],
        seeds: |path, text| match is_model(path) {
            true => vec![text().into_bytes()],
            false => Vec::new(),
        },
    },
];

fn is_model(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "models")
        && path.extension().is_some_and(|extension| extension == "toml")
}

/// A message without the names that it quotes, so that it stands for its kind.
fn kind_of(message: &str) -> String {
    message.split('`').step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::{corpus, seeds};
    use crate::tree;

    /// Whatever failed once is read on every test run.
    #[test]
    fn the_corpus_replays() {
        for target in TARGETS {
            if corpus(target).is_dir() {
                for path in tree::files_below(&corpus(target)).unwrap() {
                    (target.run)(&std::fs::read(path).unwrap());
                }
            }
        }
    }

    #[test]
    fn every_target_has_seeds() {
        for target in TARGETS {
            assert!(seeds(target).unwrap().len() > 1, "{} grows from nothing", target.name);
        }
    }
}
