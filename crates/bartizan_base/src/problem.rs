//! What could not be read, said next to the result instead of ending the work.

use std::fmt;

use crate::{FilePath, LineColumn};

/// Why a file, or a part of it, was not understood. The names appear in JSON and SARIF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The text does not follow Python's grammar; what could be read around the error was read.
    Syntax,
    /// The bytes are no text in the declared, or the default, encoding.
    Encoding,
    /// Larger than a source file can reasonably be.
    TooLarge,
    /// Nested deeper than is followed.
    TooDeep,
    /// Too costly to analyse within the bound for one file.
    TooCostly,
    /// The file or folder could not be opened or read.
    Unreadable,
    /// The file was there when the folder was listed, and gone when it was read.
    Vanished,
    /// A link that leads out of the tree, in a circle, or nowhere.
    Link,
    /// The name is no Unicode text, so nothing can refer to it.
    Name,
    /// A comment that looks like a suppression but does not read as one.
    Suppression,
    /// A rule that failed on one file; a fault of ours, reported so that it is seen.
    Internal,
}

impl ProblemKind {
    /// The kind as machine formats write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Encoding => "encoding",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
            Self::TooCostly => "too-costly",
            Self::Unreadable => "unreadable",
            Self::Vanished => "vanished",
            Self::Link => "link",
            Self::Name => "name",
            Self::Suppression => "suppression",
            Self::Internal => "internal",
        }
    }
}

/// Something that could not be read or judged. The rest of the work went on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file or folder, as it is shown to people.
    pub path: FilePath,
    /// Where in the file, when there is a where.
    pub at: Option<LineColumn>,
    /// Why.
    pub kind: ProblemKind,
    /// The whole story in one sentence without the path, such as `not valid UTF-8 at byte 4,411,
    /// and no encoding is declared`.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(at) => write!(f, "{}:{}:{}: {}", self.path, at.line, at.column, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}
