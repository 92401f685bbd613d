//! The page of the configuration file.

use bartizan_scan::config::KEYS;

const HEAD: &str = "\
# Configuration

Bartizan needs none. What a project wants to be different stands in the table `[tool.bartizan]` of \
`pyproject.toml`, or in a file `bartizan.toml` without that heading. The file is looked for in the \
scanned folder and then in the folders above it; flags win over it.
";

/// Every key of the table that the reader of the configuration reads by.
pub fn page() -> String {
    let mut page = HEAD.to_string();
    page.push_str("\n```toml\n[tool.bartizan]\n");
    for key in KEYS {
        page.push_str(&format!("{} = {}\n", key.name, key.example));
    }
    page.push_str("```\n");
    for key in KEYS {
        let default = match key.default.strip_prefix('(').and_then(|words| words.strip_suffix(')'))
        {
            Some(words) => words.to_string(),
            None => format!("`{}`", key.default),
        };
        page.push_str(&format!(
            "\n## `{}`\n\n{}\n\nTakes {}. Default: {default}.\n",
            key.name, key.help, key.takes
        ));
    }
    page
}
