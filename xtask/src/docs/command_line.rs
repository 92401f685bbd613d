//! The page of the commands, as the program itself explains them.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

const HEAD: &str = "\
# Command line

What `bartizan --help` and `bartizan COMMAND --help` say.
";

/// Every command with its help.
pub fn page(bartizan: &Path) -> Result<String> {
    let overview = help(bartizan, &["--help"])?;
    let mut page = format!("{HEAD}\n```text\n{overview}```\n");
    for command in commands(&overview) {
        let text = help(bartizan, &[command, "--help"])?;
        page.push_str(&format!("\n## `bartizan {command}`\n\n```text\n{text}```\n"));
    }
    Ok(page)
}

/// The commands that an overview lists, without `help` itself.
fn commands(overview: &str) -> impl Iterator<Item = &str> {
    let list = overview.lines().skip_while(|line| *line != "Commands:").skip(1);
    let list = list.take_while(|line| line.starts_with("  "));
    let names = list.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help")
}

/// As wide as a page is read, whatever the terminal.
fn help(bartizan: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(bartizan)
        .args(arguments)
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .output()
        .context("cannot run bartizan")?;
    ensure!(output.status.success(), "bartizan {}: {}", arguments.join(" "), output.status);
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().map(|line| format!("{}\n", line.trim_end())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_the_overview() {
        let overview = "Usage: shop <COMMAND>\n\nCommands:\n  scan  Scan a shop\n  rules\n  \
                        help  Print this\n\nOptions:\n  -h  Print help\n";
        assert_eq!(Vec::from_iter(commands(overview)), ["scan", "rules"]);
    }
}
