//! Comments that silence rules: ours, Bandit's `nosec`, flake8's and Ruff's `noqa`.

use bartizan_base::{FilePath, LineIndex, Problem, ProblemKind, Span};
use bartizan_finding::{Date, Suppression, SuppressionForm};
use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

/// Suppressions of a file, and comments that look like one but cannot be read.
pub(crate) fn find(
    path: &FilePath,
    text: &str,
    lines: &LineIndex,
    parsed: &Parsed<ModModule>,
) -> (Vec<Suppression>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    if !mentions_any(text) {
        return (found, problems);
    }
    // A comment speaks for the logical line that it stands on, or, alone, for the next one.
    let mut start: Option<u32> = None;
    let mut inside: Vec<Suppression> = Vec::new();
    let mut above: Vec<Suppression> = Vec::new();
    for token in parsed.tokens() {
        let at = Span::new(token.start().to_u32(), token.end().to_u32());
        match token.kind() {
            TokenKind::Comment => {
                let line = lines.line(at.start);
                for read in parse(at.slice(text), at) {
                    match read {
                        Ok(suppression) => {
                            let suppression = Suppression { lines: (line, line), ..suppression };
                            let alone = start.is_none() && is_alone(text, lines, at);
                            if alone { &mut above } else { &mut inside }.push(suppression);
                        }
                        Err(message) => problems.push(Problem {
                            path: path.clone(),
                            at: Some(lines.line_column(text, at.start)),
                            kind: ProblemKind::Suppression,
                            message,
                        }),
                    }
                }
            }
            TokenKind::Newline | TokenKind::EndOfFile => {
                let Some(first) = start.take() else {
                    if token.kind() == TokenKind::EndOfFile {
                        found.append(&mut above);
                        found.append(&mut inside);
                    }
                    continue;
                };
                let last = lines.line(at.start);
                for suppression in above.drain(..).chain(inside.drain(..)) {
                    let own = suppression.lines.0;
                    found.push(Suppression {
                        lines: (first.min(own), last.max(own)),
                        ..suppression
                    });
                }
            }
            TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent => {}
            _ => {
                // A trailing comment comes before the line break token of its own line, so what is
                // still inside here belongs to the line before.
                start.get_or_insert_with(|| lines.line(at.start));
            }
        }
    }
    extend_over_decorators(&mut found, lines, parsed);
    found.sort_by_key(|suppression| suppression.span);
    (found, problems)
}

/// A suppression that speaks for a decorator's line speaks for the definition below it too.
fn extend_over_decorators(
    found: &mut [Suppression],
    lines: &LineIndex,
    parsed: &Parsed<ModModule>,
) {
    let mut headers: Vec<(u32, u32)> = Vec::new();
    let mut first: Option<u32> = None;
    let mut start: Option<(u32, TokenKind)> = None;
    for token in parsed.tokens() {
        let line = lines.line(token.start().to_u32());
        match token.kind() {
            TokenKind::Comment
            | TokenKind::NonLogicalNewline
            | TokenKind::Indent
            | TokenKind::Dedent => {}
            TokenKind::Newline | TokenKind::EndOfFile => {
                if let Some((from, kind)) = start.take() {
                    match (first, kind) {
                        (None, TokenKind::At) => first = Some(from),
                        (Some(_), TokenKind::At) | (None, _) => {}
                        (Some(begin), _) => {
                            headers.push((begin, line));
                            first = None;
                        }
                    }
                }
            }
            kind => {
                start.get_or_insert((line, kind));
            }
        }
    }
    for suppression in found {
        let last = suppression.lines.1;
        let before = headers.partition_point(|(begin, _)| *begin <= last);
        if let Some((_, end)) = before.checked_sub(1).map(|at| headers[at]) {
            suppression.lines.1 = if last <= end { end } else { last };
        }
    }
}

/// Whether something like a suppression stands behind some `#`; most files have none, and their tokens
/// need not be gone through.
fn mentions_any(text: &str) -> bool {
    memchr::memchr_iter(b'#', text.as_bytes()).any(|sign| {
        let behind = text[sign + 1..].trim_start_matches([' ', '\t']);
        match behind.chars().next() {
            // `bartizan:`, `nosec`, `NoQA`
            Some('b' | 'n' | 'N') => Word::of(behind).is_some(),
            Some('\r' | '\n') | None => false,
            // Space of another kind, which may go on.
            Some(other) => other.is_whitespace(),
        }
    })
}

fn is_alone(text: &str, lines: &LineIndex, comment: Span) -> bool {
    let line = lines.line_span(text, lines.line(comment.start));
    text.get(line.start as usize..comment.start as usize)
        .is_some_and(|before| before.trim().is_empty())
}

/// All suppressions in one comment, which may hold several: `# nosec B608  # noqa: S608`. Which lines
/// they speak for, the caller knows.
pub fn parse(comment: &str, at: Span) -> Vec<Result<Suppression, String>> {
    let signs = memchr::memchr_iter(b'#', comment.as_bytes());
    let starts: Vec<(usize, Word)> = signs
        .filter_map(|sign| Some((sign, Word::of(comment[sign + 1..].trim_start())?)))
        .collect();
    let mut found = Vec::new();
    for (index, (sign, word)) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(comment.len(), |(next, _)| *next);
        let piece = comment[sign + 1..end].trim();
        let rest = &piece[word.len()..];
        let read = match word {
            Word::Bartizan => ours(rest.trim_start()),
            Word::Nosec => Ok(nosec(rest)),
            Word::Noqa => Ok(noqa(rest)),
        };
        found.push(read.map(|suppression| Suppression { span: at, ..suppression }));
    }
    found
}

/// How a comment begins that silences something.
#[derive(Clone, Copy)]
enum Word {
    Bartizan,
    Nosec,
    Noqa,
}

impl Word {
    fn of(text: &str) -> Option<Self> {
        if text.starts_with("bartizan:") {
            Some(Self::Bartizan)
        } else if strip_word(text, "nosec").is_some() {
            Some(Self::Nosec)
        } else if strip_word(text, "noqa").is_some() {
            Some(Self::Noqa)
        } else {
            None
        }
    }

    fn len(self) -> usize {
        match self {
            Self::Bartizan => "bartizan:".len(),
            Self::Nosec => "nosec".len(),
            Self::Noqa => "noqa".len(),
        }
    }
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    let rest = &text[word.len()..];
    let ends = rest.chars().next().is_none_or(|next| !next.is_alphanumeric() && next != '_');
    (head.eq_ignore_ascii_case(word) && ends).then_some(rest)
}

fn suppression(form: SuppressionForm, rules: Vec<String>, reason: &str) -> Suppression {
    Suppression {
        form,
        rules,
        until: None,
        reason: reason.trim().to_owned(),
        span: Span::default(),
        lines: (0, 0),
    }
}

/// `ignore[rule, rule] until=2027-03-31 reason to the end of the line`
fn ours(text: &str) -> Result<Suppression, String> {
    let shape = "write `# bartizan: ignore[rule] reason`";
    let rest = text
        .strip_prefix("ignore")
        .ok_or_else(|| format!("`bartizan:` is followed by no `ignore`; {shape}"))?;
    let body = rest
        .trim_start()
        .strip_prefix('[')
        .ok_or_else(|| format!("`ignore` names no rule; {shape}"))?;
    let (list, rest) = body
        .split_once(']')
        .ok_or_else(|| format!("the `]` after `ignore[` is missing; {shape}"))?;
    let rules: Vec<String> =
        list.split(',').map(str::trim).filter(|rule| !rule.is_empty()).map(Into::into).collect();
    if rules.is_empty() {
        return Err(format!("`ignore[]` names no rule; {shape}"));
    }
    // What begins with another `#` is another comment, and no reason.
    let rest = rest.trim_start();
    let rest = if rest.starts_with('#') { "" } else { rest };
    let mut read = suppression(SuppressionForm::Bartizan, rules, rest);
    if let Some(after) = rest.strip_prefix("until=") {
        let (date, reason) = after.split_once(char::is_whitespace).unwrap_or((after, ""));
        let until = date
            .parse::<Date>()
            .map_err(|()| format!("`until={date}` is no date; write it as 2027-03-31"))?;
        read.until = Some(until);
        read.reason = reason.trim().to_owned();
    }
    Ok(read)
}

/// ` B608, B602 reason`; words that are no ids are a reason, whatever Bandit makes of them.
fn nosec(rest: &str) -> Suppression {
    let rest = rest.trim_start_matches(':').trim_start();
    let (rules, reason) = leading_ids(rest, |word| {
        word.strip_prefix('B')
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    });
    suppression(SuppressionForm::Nosec, rules, reason)
}

/// `: S608, E501 reason`
fn noqa(rest: &str) -> Suppression {
    let Some(list) = rest.trim_start().strip_prefix(':') else {
        return suppression(SuppressionForm::Noqa, Vec::new(), rest);
    };
    let (rules, reason) = leading_ids(list.trim_start(), |word| {
        let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
        letters > 0
            && word.len() > letters
            && word.bytes().skip(letters).all(|b| b.is_ascii_digit())
    });
    suppression(SuppressionForm::Noqa, rules, reason)
}

fn leading_ids(text: &str, is_id: impl Fn(&str) -> bool) -> (Vec<String>, &str) {
    let mut ids = Vec::new();
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches([',', ' ', '\t', ':']);
        let end = trimmed.find([',', ' ', '\t', ':']).unwrap_or(trimmed.len());
        let word = &trimmed[..end];
        if word.is_empty() || !is_id(word) {
            return (ids, trimmed);
        }
        ids.push(word.to_owned());
        rest = &trimmed[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let path = FilePath::new("shop.py").unwrap();
        let reading = crate::read(&path, text.as_bytes());
        let found = reading.facts.suppressions.iter().map(|s| {
            let until = s.until.map_or(String::new(), |date| format!(" until {date}"));
            format!(
                "{}-{} {} [{}]{until} {}",
                s.lines.0,
                s.lines.1,
                s.form.as_str(),
                s.rules.join(" "),
                s.reason
            )
        });
        found.chain(reading.problems.iter().map(ToString::to_string)).collect()
    }

    #[test]
    fn a_comment_speaks_for_its_statement() {
        assert_eq!(
            all(
                "x = f(  # bartizan: ignore[weak-hash] until=2027-03-31 cache key, not a secret\n    1,\n)\n"
            ),
            ["1-3 bartizan [weak-hash] until 2027-03-31 cache key, not a secret"]
        );
        assert_eq!(
            all("x = f(\n    1,\n)  # bartizan: ignore[weak-hash, unsafe-deserialization]\n"),
            ["1-3 bartizan [weak-hash unsafe-deserialization] "]
        );
    }

    #[test]
    fn alone_it_speaks_for_the_next() {
        assert_eq!(
            all("a = 1\n# bartizan: ignore[weak-hash] why\n\nx = f(\n)\ny = 2\n"),
            ["2-5 bartizan [weak-hash] why"]
        );
        assert_eq!(
            all(
                "# bartizan: ignore[csrf-exempt-view] signed\n@csrf_exempt\n@other\ndef hook(\n    request,\n):\n    pass\n"
            ),
            ["1-6 bartizan [csrf-exempt-view] signed"]
        );
    }

    #[test]
    fn a_header_is_not_its_body() {
        assert_eq!(all("if x:  # nosec\n    y()\n"), ["1-1 nosec [] "]);
    }

    #[test]
    fn the_forms_of_peers() {
        assert_eq!(
            all("x = 1  # nosec B608, B602 because it is constant\n"),
            ["1-1 nosec [B608 B602] because it is constant"]
        );
        assert_eq!(all("x = 1  # nosec: B608\n"), ["1-1 nosec [B608] "]);
        assert_eq!(
            all("x = 1  # nosec the value is constant\n"),
            ["1-1 nosec [] the value is constant"]
        );
        assert_eq!(all("x = 1  # noqa: S608,E501\n"), ["1-1 noqa [S608 E501] "]);
        assert_eq!(all("x = 1  # NOQA\n"), ["1-1 noqa [] "]);
        assert_eq!(
            all("x = 1  # nosec B608  # noqa: S608\n"),
            ["1-1 nosec [B608] ", "1-1 noqa [S608] "]
        );
        assert_eq!(all("x = 1  # NoQA: S608\n"), ["1-1 noqa [S608] "]);
        assert_eq!(all("x = 1  # nosecurity here\n"), Vec::<String>::new());
        assert_eq!(
            all("x = 1  # bartizan: ignore[weak-hash] see #12  # nosec\n"),
            ["1-1 bartizan [weak-hash] see #12", "1-1 nosec [] "]
        );
    }

    #[test]
    fn what_cannot_be_read_is_a_problem() {
        assert_eq!(
            all("x = 1  # bartizan: ignore weak-hash\n"),
            ["shop.py:1:8: `ignore` names no rule; write `# bartizan: ignore[rule] reason`"]
        );
        assert_eq!(
            all("x = 1  # bartizan: ignore[weak-hash] until=soon\n"),
            ["shop.py:1:8: `until=soon` is no date; write it as 2027-03-31"]
        );
    }

    #[test]
    fn text_in_strings_is_no_comment() {
        assert_eq!(all("x = '# nosec'\n"), Vec::<String>::new());
    }
}
