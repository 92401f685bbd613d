//! What code reads from files of the project that are no code: a `VERSION`, a `config.json`.
//!
//! A file that is open is an iterator of its lines, which is run through once.

use bartizan_ir::ValueId;

use crate::calls::Args;
use crate::domain::{Abstract, Constant, Evaluated, Seq, Site};
use crate::operators::{MOST_ITEMS, TYPE_ERROR};
use crate::reason::Reason;
use crate::session::{Act, Session};

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Text,
    Bytes,
}

impl Session<'_> {
    /// `open(path, mode)`, `path.open(mode)`: the lines of the file.
    pub(crate) fn opened_file(
        &self,
        at: Act,
        id: ValueId,
        args: &Args,
    ) -> Result<Abstract, Reason> {
        let path = args.positional.first().or_else(|| args.keyword("file")).ok_or(TYPE_ERROR)?;
        let mode = match args.positional.get(1).or_else(|| args.keyword("mode")) {
            None => Mode::Text,
            Some(mode) => match mode.value.as_str() {
                Some("r" | "rt" | "tr") => Mode::Text,
                Some("rb" | "br") => Mode::Bytes,
                _ => return Err(Reason::NotFollowed("a file that is not only read")),
            },
        };
        // `newline` says what a line is.
        if args.keyword("newline").is_some() || args.positional.len() > 4 {
            return Err(NOT_READ);
        }
        let encoding = args.positional.get(3).or_else(|| args.keyword("encoding"));
        let text = self.read_file(path, mode, encoding)?;
        let site = self.site(at, id);
        let lines: Vec<Evaluated> = text
            .split_inclusive('\n')
            .take(MOST_ITEMS + 1)
            .map(|line| piece(line, mode, site))
            .collect();
        if lines.len() > MOST_ITEMS {
            return Err(Reason::TooLarge);
        }
        Ok(Abstract::iterator(lines, Vec::new()))
    }

    /// A method of a path that reads the file; `None` of any other.
    pub(crate) fn read_by_path(
        &self,
        at: Act,
        id: ValueId,
        symbol: &str,
        args: &Args,
    ) -> Option<Result<Abstract, Reason>> {
        let member = symbol.strip_prefix("pathlib.")?.rsplit('.').next()?;
        let path = args.positional.first()?;
        Some(match member {
            "open" => self.opened_file(at, id, args),
            "read_text" => {
                let encoding = args.positional.get(1).or_else(|| args.keyword("encoding"));
                self.read_file(path, Mode::Text, encoding).map(Abstract::str)
            }
            "read_bytes" => {
                self.read_file(path, Mode::Bytes, None).map(|text| Abstract::bytes(text.as_bytes()))
            }
            _ => return None,
        })
    }

    fn read_file(
        &self,
        path: &Evaluated,
        mode: Mode,
        encoding: Option<&Evaluated>,
    ) -> Result<String, Reason> {
        let place = self.world.path_in_tree(path).ok_or(NOT_READ)?;
        let text = self.world.files().readable(&place).ok_or(NOT_READ)?;
        if mode == Mode::Bytes {
            return Ok(text.to_string());
        }
        let name = match encoding.map(|encoding| &encoding.value) {
            None | Some(Abstract::Const(Constant::None)) => "utf-8".to_owned(),
            Some(encoding) => encoding.as_str().ok_or(NOT_READ)?.to_lowercase().replace('_', "-"),
        };
        let text = match &*name {
            "utf-8" | "utf8" => text,
            "utf-8-sig" => text.strip_prefix('\u{feff}').unwrap_or(text),
            _ if text.is_ascii() => text,
            _ => return Err(NOT_READ),
        };
        Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
    }
}

const NOT_READ: Reason = Reason::NotFollowed("what this file holds");

/// All that a file holds that is open, or that an iterator of texts gives; nothing in it is no text.
pub(crate) fn whole(lines: &Seq) -> Result<Abstract, Reason> {
    if let Some(reason) = &lines.open {
        return Err(reason.clone());
    }
    let mut text = String::new();
    let mut bytes: Vec<u8> = Vec::new();
    for line in &lines.items {
        match &line.value {
            Abstract::Const(Constant::Str(line)) => text.push_str(line),
            Abstract::Const(Constant::Bytes(line)) => bytes.extend_from_slice(line),
            _ => return Err(Reason::Part),
        }
    }
    Ok(match bytes.is_empty() {
        true => Abstract::str(text),
        false => Abstract::bytes(bytes),
    })
}

fn piece(line: &str, mode: Mode, site: Site) -> Evaluated {
    let value = match mode {
        Mode::Text => Abstract::str(line),
        Mode::Bytes => Abstract::bytes(line.as_bytes()),
    };
    Evaluated { value, site }
}
