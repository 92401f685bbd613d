//! How a finding is known again, whatever moved around it.

use std::fmt;
use std::str::FromStr;

/// What a finding is about, by name. Never by line, path, message, severity or confidence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A piece of code.
    Code {
        /// The qualified name inside the module, `CartView.post`; empty for the module itself.
        scope: String,
        /// The reported expression in normal form: locals numbered, formatting gone.
        shape: String,
        /// Which of several equal ones in the file, from 0.
        ordinal: u32,
    },
    /// A setting.
    Setting {
        /// `SECRET_KEY`
        name: String,
        /// `production`; empty where environments are not told apart.
        environment: String,
    },
    /// A package that is installed, and what is wrong with it.
    Package {
        /// The name as the index compares it, `django-filter`.
        name: String,
        /// The advisory, `CVE-2024-39330`, or the series that has ended, `4.1`.
        advisory: String,
    },
    /// What a manifest or a lock asks for.
    Requirement {
        /// The path of the file.
        manifest: String,
        /// The package, or the option that is set, `--trusted-host`.
        name: String,
    },
    /// What is stated in a file that deploys the site.
    Deployment {
        /// What kind of file, `dockerfile`, `compose`, `nginx`.
        file_kind: String,
        /// What is stated, without what changes with every release: `service db ports`, `location
        /// /static`.
        directive: String,
        /// Which of several equal ones in the file, from 0.
        ordinal: u32,
    },
    /// A credential in a text, by the name that it is kept under. Never by its value.
    Secret {
        /// The qualified name inside the module, in Python; empty elsewhere.
        scope: String,
        /// The name that the value is given, `STRIPE_API_KEY`, or what it is where it has none:
        /// `github token`.
        key: String,
        /// Which of several equal ones in the file, from 0.
        ordinal: u32,
    },
    /// A comment that silences a rule.
    Suppression {
        /// The qualified name inside the module.
        scope: String,
        /// The rule that it names.
        rule: String,
        /// Which of several equal ones in the file, from 0.
        ordinal: u32,
    },
}

/// The name of a fingerprint's recipe. A change of the recipe gets a new one, and a record.
pub const RECIPE: &str = "bz1";

/// 128 bits over a rule's first id and a finding's subject.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of `subject` under the rule whose first id is `rule`.
    pub fn of(rule: &str, subject: &Subject) -> Self {
        let mut recipe = Recipe::new();
        recipe.text(rule);
        match subject {
            Subject::Code { scope, shape, ordinal } => {
                recipe.text("code").text(scope).text(shape).number(*ordinal)
            }
            Subject::Setting { name, environment } => {
                recipe.text("setting").text(name).text(environment)
            }
            Subject::Package { name, advisory } => recipe.text("package").text(name).text(advisory),
            Subject::Requirement { manifest, name } => {
                recipe.text("requirement").text(manifest).text(name)
            }
            Subject::Deployment { file_kind, directive, ordinal } => {
                recipe.text("deployment").text(file_kind).text(directive).number(*ordinal)
            }
            Subject::Secret { scope, key, ordinal } => {
                recipe.text("secret").text(scope).text(key).number(*ordinal)
            }
            Subject::Suppression { scope, rule, ordinal } => {
                recipe.text("suppression").text(scope).text(rule).number(*ordinal)
            }
        };
        recipe.finish()
    }

    /// A digest of parts, each kept apart from the next; for evidence.
    pub fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut recipe = Recipe::new();
        for part in parts {
            recipe.text(part);
        }
        recipe.finish()
    }

    /// The 32 hexadecimal digits, without the recipe's name.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Feeds a hash so that no two different lists of parts read the same.
struct Recipe(blake3::Hasher);

impl Recipe {
    fn new() -> Self {
        Self(blake3::Hasher::new())
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.0.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        self
    }

    fn number(&mut self, number: u32) -> &mut Self {
        self.0.update(&number.to_le_bytes());
        self
    }

    fn finish(&self) -> Fingerprint {
        let mut out = [0; 16];
        self.0.finalize_xof().fill(&mut out);
        Fingerprint(out)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{RECIPE}:{}", self.hex())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let hex = text.strip_prefix(RECIPE).and_then(|rest| rest.strip_prefix(':')).ok_or(())?;
        let mut out = [0; 16];
        if hex.len() != 32 || !hex.is_ascii() {
            return Err(());
        }
        for (byte, digits) in out.iter_mut().zip(hex.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| ())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| ())?;
        }
        Ok(Self(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(scope: &str, shape: &str, ordinal: u32) -> Subject {
        Subject::Code { scope: scope.into(), shape: shape.into(), ordinal }
    }

    /// The recipe is a promise to every baseline and record that exists: these values never change.
    #[test]
    fn the_recipe_stands() {
        let print = Fingerprint::of("sql-built-from-text", &code("search", "f($0)", 0));
        assert_eq!(print.to_string(), "bz1:1d00c723992e3b967c1b08b34a682e2a");
        let subject = Subject::Package { name: "django".into(), advisory: "CVE-2024-39330".into() };
        let print = Fingerprint::of("vulnerable-package", &subject);
        assert_eq!(print.to_string(), "bz1:d2e8bd167e2c4be70ddd1813ef447200");
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let of = |subject| Fingerprint::of("r", &subject);
        assert_ne!(of(code("ab", "c", 0)), of(code("a", "bc", 0)));
        assert_ne!(of(code("a", "b", 0)), of(code("a", "b", 1)));
    }

    #[test]
    fn a_print_reads_back() {
        let print = Fingerprint::of("r", &code("a", "b", 0));
        assert_eq!(print.to_string().parse(), Ok(print));
        assert_eq!("bz1:xyz".parse::<Fingerprint>(), Err(()));
        assert_eq!("bz2:00000000000000000000000000000000".parse::<Fingerprint>(), Err(()));
    }
}
