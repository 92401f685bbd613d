//! The page of a rule, taken apart.
//!
//! A page is plain Markdown: a title, one sentence, and the headings of [`HEADINGS`] in that order;
//! `Blind spots` may be missing. Fenced `py` blocks are examples and are run. What makes one project
//! of them is said in three lines:
//!
//! - a line that is nothing but `` `shop/views.py`: `` names the file of the next block; a block
//!   without such a line is `shop/views.py`;
//! - blocks that follow each other, with nothing but those lines between them, are one project;
//! - a heading, a paragraph, or a file that is named again begins the next project.
//!
//! Blocks in other languages than Python are files where a path names them, and prose where none
//! does. `{{github 1}}` stands for a made-up credential (`bartizan_secret::specimen`).
//!
//! In a block, `# finding: rule` at the end of a line says that the rule speaks there, and nowhere
//! else; `# finding: rule (low)` says how sure it is, too. Several rules stand apart by commas. Under
//! *Blind spots*, `# missed: rule` says that the rule should speak and does not, and `# noise: rule`
//! that it speaks and should not.

/// The headings that a page has.
pub const HEADINGS: &[&str] =
    &["Why it matters", "Raises", "Stays silent", "How to fix", "Blind spots"];

/// A page, taken apart.
#[derive(Debug, Default)]
pub struct Page {
    /// What stands behind `# `.
    pub title: String,
    /// The first paragraph.
    pub summary: String,
    /// The headings, in order.
    pub headings: Vec<String>,
    /// The examples, in order.
    pub examples: Vec<Example>,
}

/// A project that the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The heading above.
    pub heading: String,
    /// The line of the page where its first block begins, from 1.
    pub line: usize,
    /// The last words before it, such as `Before:`.
    pub intro: String,
    /// Files by path and text.
    pub files: Vec<(String, String)>,
}

/// The file of a block that names none.
const UNNAMED: &str = "shop/views.py";

impl Page {
    /// Takes a page apart. Fails, with the line, where a block does not end.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut page = Page::default();
        let mut lines = text.lines().enumerate();
        let mut heading = String::new();
        let mut intro = String::new();
        let mut named: Option<String> = None;
        let mut goes_on = false;
        while let Some((at, line)) = lines.next() {
            if let Some(title) = line.strip_prefix("# ") {
                page.title = title.trim().to_owned();
            } else if let Some(text) = line.strip_prefix("## ") {
                heading = text.trim().to_owned();
                page.headings.push(heading.clone());
                (goes_on, named, intro) = (false, None, String::new());
            } else if let Some(language) = line.strip_prefix("```") {
                let mut block = String::new();
                loop {
                    match lines.next() {
                        Some((_, "```")) => break,
                        Some((_, line)) => {
                            block.push_str(line);
                            block.push('\n');
                        }
                        None => return Err(format!("line {}: the block does not end", at + 1)),
                    }
                }
                // Python is the language of most pages; of other languages, files are named.
                if language.trim() != "py" && named.is_none() {
                    goes_on = false;
                    continue;
                }
                let path = named.take().unwrap_or_else(|| UNNAMED.to_owned());
                let (first, intro) = (at + 1, std::mem::take(&mut intro));
                match page.examples.last_mut().filter(|_| goes_on) {
                    Some(last) if last.files.iter().all(|(known, _)| *known != path) => {
                        last.files.push((path, block));
                    }
                    _ => page.examples.push(Example {
                        heading: heading.clone(),
                        line: first,
                        intro,
                        files: vec![(path, block)],
                    }),
                }
                goes_on = true;
            } else if let Some(path) = file_name(line) {
                named = Some(path.to_owned());
            } else if !line.trim().is_empty() {
                goes_on = false;
                intro = line.trim().to_owned();
                if page.headings.is_empty() {
                    if !page.summary.is_empty() {
                        page.summary.push(' ');
                    }
                    page.summary.push_str(line.trim());
                }
            }
        }
        Ok(page)
    }

    /// What is wrong with the page as a page, as lines to read.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        if self.title.is_empty() {
            complaints.push("has no title".to_owned());
        }
        if !self.summary.ends_with('.') || self.summary.matches(". ").count() > 0 {
            complaints.push("does not open with one sentence".to_owned());
        }
        let wanted: Vec<&str> = HEADINGS
            .iter()
            .copied()
            .filter(|heading| *heading != "Blind spots" || self.headings.len() == HEADINGS.len())
            .collect();
        if self.headings != wanted {
            complaints.push(format!("has the headings {:?}, not {wanted:?}", self.headings));
        }
        let under = |heading| self.examples.iter().filter(move |e| e.heading == heading);
        if under("Raises").next().is_none() {
            complaints.push("shows nothing that raises".to_owned());
        }
        if under("Stays silent").count() < under("Raises").count() {
            complaints.push("shows fewer silent examples than raising ones".to_owned());
        }
        for example in under("How to fix") {
            if !matches!(example.intro.as_str(), "Before:" | "After:") {
                complaints.push(format!("line {}: neither `Before:` nor `After:`", example.line));
            }
        }
        complaints
    }
}

/// The path in a line that is nothing but `` `path`: ``.
fn file_name(line: &str) -> Option<&str> {
    let path = line.trim().strip_prefix('`')?.strip_suffix("`:")?;
    let is_file = path.contains('.') || path.ends_with("Dockerfile") || path.contains("sites-");
    (!path.contains('`') && is_file).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# Sweet tooth

Says when there is no cake.

## Raises

`shop/cake.py`:

```py
cake = None
```

`shop/plate.py`:

```py
plate = cake
```

And again:

```py
cake = False
```

## Stays silent

```py
cake = True
```

```toml
cake = true
```
";

    #[test]
    fn blocks_side_by_side_are_one_project() {
        let page = Page::parse(PAGE).unwrap();
        assert_eq!(page.title, "Sweet tooth");
        assert_eq!(page.summary, "Says when there is no cake.");
        let shown: Vec<_> = page
            .examples
            .iter()
            .map(|e| {
                let files: Vec<&str> = e.files.iter().map(|(path, _)| path.as_str()).collect();
                (e.heading.as_str(), e.line, e.intro.as_str(), files.join(" "))
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("Raises", 9, "", "shop/cake.py shop/plate.py".to_owned()),
                ("Raises", 21, "And again:", "shop/views.py".to_owned()),
                ("Stays silent", 27, "", "shop/views.py".to_owned()),
            ]
        );
    }

    #[test]
    fn a_page_without_its_headings_is_complained_of() {
        let complaints = Page::parse(PAGE).unwrap().complaints();
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(complaints[0].starts_with("has the headings"));
        assert_eq!(complaints[1], "shows fewer silent examples than raising ones");
        assert_eq!(Page::parse("```py\nx = 1\n").unwrap_err(), "line 1: the block does not end");
    }
}
