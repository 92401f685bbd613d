//! Texts that hold a credential and texts that do not, searched by us and by detect-secrets.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::secrets;
use crate::tree;

#[derive(Deserialize)]
struct Corpus {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    /// Whether the text holds a credential.
    holds: bool,
    file: String,
    text: String,
    /// Where the form is documented.
    after: String,
}

/// Fills the texts, searches them with both, and gives the table of what each says.
pub(super) fn table(bartizan: &Path, bin: &Path) -> Result<String> {
    let text = fs::read_to_string(tree::root().join("parity/secrets/corpus.toml"))?;
    let corpus: Corpus = toml::from_str(&text)?;
    let scratch = tree::root().join("target/parity/corpus");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    for (number, case) in corpus.case.iter().enumerate() {
        let path = scratch.join(folder(number)).join(&case.file);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        let filled = fill(&case.text, number as u64).with_context(|| case.text.clone())?;
        fs::write(path, filled + "\n")?;
    }
    keep_everything(&scratch)?;
    let ours = secrets::ours(bartizan, &scratch)?;
    let theirs = secrets::theirs(bin, &scratch)?;

    let numbers = |found: &BTreeSet<(String, u32)>| -> BTreeSet<String> {
        found.iter().filter_map(|(path, _)| Some(path.split('/').next()?.to_owned())).collect()
    };
    let (ours, theirs) = (numbers(&ours), numbers(&theirs));
    let mut table = "case\tholds\tours\tdetect-secrets\tfile\tafter\n".to_owned();
    let mut counts = [[0; 2]; 3];
    for (number, case) in corpus.case.iter().enumerate() {
        let name = folder(number);
        let (our, their) = (ours.contains(&name), theirs.contains(&name));
        let which = usize::from(!case.holds);
        counts[0][which] += 1;
        counts[1][which] += usize::from(our);
        counts[2][which] += usize::from(their);
        let Case { holds, file, after, .. } = case;
        writeln!(table, "{name}\t{holds}\t{our}\t{their}\t{file}\t{after}")?;
    }
    let [[holds, nothing], ours, theirs] = counts;
    println!(
        "corpus: of {holds} that hold a credential we find {}, detect-secrets {}; of {nothing} that \
         hold none we report {}, detect-secrets {}",
        ours[0], theirs[0], ours[1], theirs[1]
    );
    ensure!(ours[0] >= theirs[0], "fewer credentials are found than by detect-secrets");
    ensure!(ours[1] <= theirs[1], "more is reported wrongly than by detect-secrets");
    Ok(table)
}

fn folder(number: usize) -> String {
    format!("{:03}", number + 1)
}

/// Environment files count where version control keeps them; here it keeps all.
fn keep_everything(folder: &Path) -> Result<()> {
    for args in [&["init", "--quiet"][..], &["add", "--all", "--force"]] {
        let status = Command::new("git").args(args).current_dir(folder).status()?;
        ensure!(status.success(), "git {args:?}: {status}");
    }
    Ok(())
}

/// A text with its holes filled, the same for the same number.
fn fill(text: &str, number: u64) -> Result<String> {
    let mut random = Random(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
    let mut out = String::new();
    let mut rest = text;
    let mut last = String::new();
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let hole = rest.find('}').map(|close| &rest[1..close]);
        let filled = match hole {
            Some("uuid") => [8, 4, 4, 4, 12].map(|length| random.text(HEX, length)).join("-"),
            Some("crc62") => base62(crc32(last.as_bytes())),
            Some(hole) => match hole.split_once(':') {
                Some((name, length)) if length.parse::<usize>().is_ok() => {
                    let Some((_, alphabet)) = ALPHABETS.iter().find(|(known, _)| *known == name)
                    else {
                        bail!("`{name}` is no alphabet");
                    };
                    random.text(alphabet, length.parse()?)
                }
                _ => {
                    out.push('{');
                    rest = &rest[1..];
                    continue;
                }
            },
            None => break,
        };
        out.push_str(&filled);
        last = filled;
        rest = &rest[hole.map_or(0, str::len) + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

const HEX: &str = "0123456789abcdef";
const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ALPHABETS: &[(&str, &str)] = &[
    ("hex", HEX),
    ("hexupper", "0123456789ABCDEF"),
    ("digits", "123456789"),
    ("base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ("base62", BASE62),
    ("letters", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ("upper36", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("lower36", "0123456789abcdefghijklmnopqrstuvwxyz"),
    ("base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    ("base64url", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
];

/// SplitMix64: what it gives hangs on the seed alone.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters = alphabet.as_bytes();
        let one = |_| char::from(letters[(self.next() % letters.len() as u64) as usize]);
        (0..length).map(one).collect()
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
        crc
    })
}

/// Six digits, as GitHub and npm write the checksum of a token.
fn base62(mut number: u32) -> String {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62.as_bytes()[(number % 62) as usize];
        number /= 62;
    }
    digits.map(char::from).iter().collect()
}

/// Where the table lies.
pub(super) fn path() -> PathBuf {
    tree::root().join("parity/secrets/corpus.tsv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled_in_the_same_way_and_braces_stay() {
        let filled = fill("{\"key\": \"ghp_{base62:30}{crc62}\"}", 3).unwrap();
        assert_eq!(filled, fill("{\"key\": \"ghp_{base62:30}{crc62}\"}", 3).unwrap());
        assert_eq!(filled.len(), "{\"key\": \"ghp_\"}".len() + 36);
        assert_eq!(fill("^{20,}$ ${NAME}", 1).unwrap(), "^{20,}$ ${NAME}");
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
