//! What is known of each hole in this project, for whoever has to decide about it: OpenVEX 0.2.0.

use bartizan_deps::Vulnerable;
use bartizan_deps::reach::Reach;
use bartizan_finding::Fingerprint;
use serde::Serialize;

use super::cyclonedx::{project_name, purl};
use super::screen::Screen;
use crate::json::escape_hidden;
use crate::{TOOL, VERSION};

/// The statements. `name` is what the project is called where no manifest says it. Ends with a
/// line break. Without a hole there is nothing to state, and a document without a statement is
/// none.
pub fn openvex(screen: &Screen<'_>, name: &str) -> Option<String> {
    if screen.report.vulnerable.is_empty() {
        return None;
    }
    let name = project_name(screen.inventory).unwrap_or(name);
    let product = format!("pkg:generic/{}", escaped(name));
    // One day has one document: whoever asks twice gets the same.
    let timestamp = format!("{}T00:00:00Z", screen.report.today);
    let mut flaws: Vec<&Vulnerable<'_>> = screen.report.vulnerable.iter().collect();
    flaws.sort_by_key(|flaw| (flaw.package, flaw.advisory.id));
    let statements: Vec<Statement<'_>> =
        flaws.into_iter().map(|flaw| statement(flaw, screen, &product)).collect();
    let parts: Vec<String> = statements
        .iter()
        .flat_map(|it| [it.vulnerability.name, it.products[0].subcomponents[0].id.as_str()])
        .map(str::to_owned)
        .collect();
    let digest = Fingerprint::digest(
        parts.iter().map(String::as_str).chain([product.as_str(), timestamp.as_str()]),
    );
    let document = Document {
        context: "https://openvex.dev/ns/v0.2.0",
        id: format!("urn:{TOOL}:vex:{}", digest.hex()),
        author: TOOL,
        timestamp,
        version: 1,
        tooling: format!("{TOOL} {VERSION}"),
        statements,
    };
    let json = serde_json::to_string_pretty(&document)
        .expect("a document has text keys only, and writing to memory does not fail");
    Some(escape_hidden(json) + "\n")
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: String,
    author: &'static str,
    timestamp: String,
    version: u32,
    tooling: String,
    statements: Vec<Statement<'a>>,
}

#[derive(Serialize)]
struct Statement<'a> {
    vulnerability: Vulnerability<'a>,
    products: [Product; 1],
    status: &'static str,
    status_notes: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_statement: Option<String>,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    name: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aliases: &'a [&'a str],
}

#[derive(Serialize)]
struct Product {
    #[serde(rename = "@id")]
    id: String,
    subcomponents: [Subcomponent; 1],
}

#[derive(Serialize)]
struct Subcomponent {
    #[serde(rename = "@id")]
    id: String,
}

fn statement<'a>(flaw: &'a Vulnerable<'_>, screen: &Screen<'_>, product: &str) -> Statement<'a> {
    let package = &screen.report.packages[flaw.package];
    let advisory = &flaw.advisory;
    let place = package.place();
    let mut status_notes =
        format!("{} {} at {}:{}", package.name, package.version, place.path, place.start.line);
    if let Some(known) = flaw.conditions {
        let (needs, text) = (known.needs(), known.text());
        status_notes += &match &flaw.reach {
            Reach::Reached(Some(place)) => {
                format!("; reached at {}:{}: {text}", place.path, place.start.line)
            }
            Reach::Reached(None) => format!("; reached without any code of the project: {text}"),
            Reach::NotInCode => {
                format!("; the project's own code makes no {needs}, packages may: {text}")
            }
            Reach::Unknown => format!("; needs {needs}: {text}"),
            Reach::NotFound => format!("; this project has no {needs}: {text}"),
        };
    }
    // Only what is proved to be out of reach is not affected; what the project has decided is an
    // action, not a fact.
    let is_far = flaw.reach == Reach::NotFound;
    let action_statement = match (&flaw.ignored, advisory.fixed) {
        (Some(ignored), _) => {
            let reason = match ignored.reason.as_str() {
                "" => "accepted without a reason".to_owned(),
                reason => format!("accepted: {reason}"),
            };
            match ignored.until {
                Some(until) => format!("{reason} (until {until})"),
                None => reason,
            }
        }
        (None, Some(fixed)) => format!("update {} to {fixed} or later", package.name),
        (None, None) => format!("no version of {} is known to be repaired", package.name),
    };
    Statement {
        vulnerability: Vulnerability {
            name: advisory.id,
            description: advisory.title(),
            aliases: &advisory.aliases,
        },
        products: [Product {
            id: product.to_owned(),
            subcomponents: [Subcomponent { id: purl(&package.name, &package.version) }],
        }],
        status: if is_far { "not_affected" } else { "affected" },
        status_notes,
        justification: is_far.then_some("vulnerable_code_not_in_execute_path"),
        action_statement: Some(action_statement).filter(|_| !is_far),
    }
}

/// A name as a part of an address.
fn escaped(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let parts = name.chars().map(|c| if plain(c) { c } else { '-' });
    let escaped: String = parts.collect();
    if escaped.is_empty() { "project".to_owned() } else { escaped }
}
