//! Where a package comes from: an index, an address, a repository, a folder.

use std::fmt;

/// An address that may carry a user's password or token, and so is shown without it.
///
/// `Display` and `Debug` replace what stands between `//` and `@`; a name that is all there is, as
/// in `git@forge.example`, is no secret and stays.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(String);

impl Address {
    /// Takes an address as it is written.
    pub fn new(address: impl Into<String>) -> Self {
        Self(address.into())
    }

    /// The address with whatever secret it holds, for the one who has to ask there.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether the address holds a user's name or password.
    pub fn has_credentials(&self) -> bool {
        self.user_information().is_some()
    }

    /// The scheme in lower case: `https`, `git+ssh`; empty where there is none.
    pub fn scheme(&self) -> String {
        match self.0.split_once("://") {
            Some((scheme, _)) => scheme.to_ascii_lowercase(),
            None => String::new(),
        }
    }

    /// The host in lower case, without port; empty where there is none.
    pub fn host(&self) -> String {
        let Some((_, rest)) = self.0.split_once("://") else { return String::new() };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = match host.strip_prefix('[') {
            Some(six) => six.split(']').next().unwrap_or(""),
            None => host.split(':').next().unwrap_or(""),
        };
        host.to_ascii_lowercase()
    }

    /// The bytes between `//` and the `@` of the authority, unless they are a bare `git`.
    fn user_information(&self) -> Option<(usize, usize)> {
        let start = self.0.find("://")? + 3;
        let authority = self.0[start..].split(['/', '?', '#']).next().unwrap_or("");
        let length = authority.rfind('@')?;
        (&authority[..length] != "git").then_some((start, start + length))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.user_information() {
            Some((start, end)) => write!(f, "{}***{}", &self.0[..start], &self.0[end..]),
            None => f.write_str(&self.0),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// The kind of repository that a package is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VcsKind {
    /// `git+…`
    Git,
    /// `hg+…`
    Mercurial,
    /// `svn+…`
    Subversion,
    /// `bzr+…`
    Bazaar,
}

impl VcsKind {
    /// The kind by the word before the `+`.
    pub fn of(scheme: &str) -> Option<Self> {
        match scheme {
            "git" => Some(Self::Git),
            "hg" => Some(Self::Mercurial),
            "svn" => Some(Self::Subversion),
            "bzr" => Some(Self::Bazaar),
            _ => None,
        }
    }

    /// The word before the `+`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Mercurial => "hg",
            Self::Subversion => "svn",
            Self::Bazaar => "bzr",
        }
    }
}

/// A state of a repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vcs {
    /// What kind of repository.
    pub kind: VcsKind,
    /// Its address, without the `git+`, the reference and the fragment.
    pub url: Address,
    /// The branch, tag or commit that is asked for.
    pub reference: Option<String>,
    /// The commit that a lock has settled on.
    pub commit: Option<String>,
    /// The folder inside the repository that holds the package.
    pub subdirectory: Option<String>,
}

impl Vcs {
    /// The commit that is certain to be used, if any: the lock's, or a whole hash as reference.
    pub fn pinned_commit(&self) -> Option<&str> {
        let whole = |text: &&str| {
            matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        self.commit.as_deref().or(self.reference.as_deref().filter(whole))
    }
}

/// Where a package comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Whatever indexes are configured.
    #[default]
    Index,
    /// One index, by its address or by the name that the file gives it.
    NamedIndex(Address),
    /// One archive at an address.
    Url(Address),
    /// A repository.
    Vcs(Vcs),
    /// A folder or archive on the same disk, as it is written.
    Path(String),
    /// A member of the same workspace, or the project itself.
    Workspace,
}

impl Source {
    /// Whether an index answers for the package, so that its version and name can be looked up.
    pub fn is_index(&self) -> bool {
        matches!(self, Self::Index | Self::NamedIndex(_))
    }
}

/// The digest of an archive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArchiveHash {
    /// `sha256`, in lower case.
    pub algorithm: String,
    /// The digest in lower-case hexadecimal digits, as far as it is hexadecimal.
    pub digest: String,
}

impl ArchiveHash {
    /// Reads `sha256:…` or `sha256=…`.
    pub fn parse(text: &str) -> Option<Self> {
        let (algorithm, digest) = text.trim().split_once([':', '='])?;
        let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
        (word(algorithm) && !digest.is_empty()).then(|| Self {
            algorithm: algorithm.to_ascii_lowercase(),
            digest: digest.to_ascii_lowercase(),
        })
    }
}

impl fmt::Display for ArchiveHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm, self.digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let address = Address::new("https://clinic:s3cret@packages.example/wheels/");
        assert_eq!(address.to_string(), "https://***@packages.example/wheels/");
        assert_eq!(format!("{address:?}"), "\"https://***@packages.example/wheels/\"");
        assert!(address.has_credentials());
        assert_eq!(
            (address.scheme().as_str(), address.host().as_str()),
            ("https", "packages.example")
        );
        let plain = Address::new("ssh://git@forge.example:22/shop.git");
        assert_eq!(
            (plain.to_string(), plain.host()),
            (plain.reveal().to_owned(), "forge.example".into())
        );
    }

    #[test]
    fn a_branch_pins_nothing() {
        let at = |reference: &str| Vcs {
            kind: VcsKind::Git,
            url: Address::new("https://forge.example/shop.git"),
            reference: Some(reference.into()),
            commit: None,
            subdirectory: None,
        };
        assert_eq!(at("main").pinned_commit(), None);
        let commit = "8e2b62570f8a9c7d6e5f4a3b2c1d0e9f8a7b6c5d";
        assert_eq!(at(commit).pinned_commit(), Some(commit));
    }
}
