//! The result as Bartizan's own JSON, for scripts: everything that a scan knows, versioned.
//!
//! Keys keep their order. Within one version of the schema keys may be added; a key that changes
//! its meaning or goes away makes a new version.

mod wire;

use bartizan_finding::ScanResult;

use crate::visible::is_hidden;

/// The version of the schema that [`render`] writes.
pub const SCHEMA: u32 = 1;

/// The result as indented JSON. Ends with a line break.
pub fn render(result: &ScanResult) -> String {
    let report = wire::Report::of(result);
    let json = serde_json::to_string_pretty(&report)
        .expect("a report has text keys only, and writing to memory does not fail");
    escape_hidden(json) + "\n"
}

/// The JSON Schema (draft 2020-12) that every rendered result fits.
pub fn json_schema() -> &'static str {
    include_str!("../schema/result.schema.json")
}

/// Writes hidden characters as `\u…`, which JSON reads back as the same text: a document printed
/// on a terminal must not drive it. They occur inside strings only.
pub(crate) fn escape_hidden(json: String) -> String {
    let hidden = |c: char| c != '\n' && is_hidden(c);
    if !json.contains(hidden) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if hidden(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}
