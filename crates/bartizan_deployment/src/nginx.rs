//! Configurations of nginx: directives, and blocks of them.

use bartizan_base::Span;

/// No configuration nests deeper, and a hostile one is not followed.
const DEEPEST: usize = 24;

/// A configuration.
#[derive(Clone, Debug, Default)]
pub struct Nginx {
    /// The directives at the top.
    pub directives: Vec<Directive>,
}

/// A directive: `listen 443 ssl;`, `location /media/ { … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// `location`
    pub name: String,
    /// What follows, word by word, without quotes.
    pub words: Vec<String>,
    /// The name and the words.
    pub span: Span,
    /// What stands inside its braces.
    pub block: Vec<Directive>,
}

impl Nginx {
    /// Every directive of this name with the blocks around it, the outermost first.
    pub fn all<'n>(&'n self, name: &str) -> Vec<(Vec<&'n Directive>, &'n Directive)> {
        let mut found = Vec::new();
        let mut waiting: Vec<(Vec<&Directive>, &Directive)> =
            self.directives.iter().rev().map(|directive| (Vec::new(), directive)).collect();
        while let Some((around, directive)) = waiting.pop() {
            let mut inside = around.clone();
            inside.push(directive);
            waiting.extend(directive.block.iter().rev().map(|inner| (inside.clone(), inner)));
            if directive.name == name {
                found.push((around, directive));
            }
        }
        found
    }
}

impl Directive {
    /// The directives of this name directly inside the block.
    pub fn inside<'d>(&'d self, name: &'d str) -> impl Iterator<Item = &'d Directive> {
        self.block.iter().filter(move |directive| directive.name == name)
    }
}

pub(crate) fn read(text: &str) -> Nginx {
    let mut open: Vec<Directive> = Vec::new();
    let mut top = Vec::new();
    let mut words: Vec<(String, Span)> = Vec::new();
    let mut skipped = 0usize;
    let mut at = 0;
    while let Some((token, span)) = token(text, &mut at) {
        match token {
            Token::Word(word) => words.push((word, span)),
            Token::End => {
                let directive = directive(&mut words);
                let block = open.last_mut().map_or(&mut top, |open| &mut open.block);
                if skipped == 0 {
                    block.extend(directive);
                }
            }
            Token::Open if open.len() >= DEEPEST => {
                words.clear();
                skipped += 1;
            }
            Token::Open => open.extend(directive(&mut words).or_else(|| {
                Some(Directive { name: String::new(), words: vec![], span, block: vec![] })
            })),
            Token::Close => {
                words.clear();
                if skipped > 0 {
                    skipped -= 1;
                } else if let Some(closed) = open.pop() {
                    open.last_mut().map_or(&mut top, |open| &mut open.block).push(closed);
                }
            }
        }
    }
    // A block that nobody closed keeps what it holds.
    while let Some(closed) = open.pop() {
        open.last_mut().map_or(&mut top, |open| &mut open.block).push(closed);
    }
    Nginx { directives: top }
}

fn directive(words: &mut Vec<(String, Span)>) -> Option<Directive> {
    let mut words = std::mem::take(words).into_iter();
    let (name, first) = words.next()?;
    let mut span = first;
    let words = words
        .map(|(word, at)| {
            span = span.cover(at);
            word
        })
        .collect();
    Some(Directive { name, words, span, block: Vec::new() })
}

enum Token {
    Word(String),
    End,
    Open,
    Close,
}

/// The next token from `at` on, past blanks and comments.
fn token(text: &str, at: &mut usize) -> Option<(Token, Span)> {
    let bytes = text.as_bytes();
    loop {
        match bytes.get(*at)? {
            byte if byte.is_ascii_whitespace() => *at += 1,
            b'#' => {
                *at += text[*at..].find('\n').unwrap_or(text.len() - *at);
            }
            _ => break,
        }
    }
    let start = *at;
    let single = match bytes[start] {
        b';' => Some(Token::End),
        b'{' => Some(Token::Open),
        b'}' => Some(Token::Close),
        _ => None,
    };
    if let Some(token) = single {
        *at += 1;
        return Some((token, Span::new(start as u32, *at as u32)));
    }
    let quote = bytes[start];
    if matches!(quote, b'"' | b'\'') {
        let mut end = start + 1;
        while end < bytes.len() && bytes[end] != quote {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let inner = text.get(start + 1..end.min(bytes.len())).unwrap_or("").to_owned();
        *at = text.floor_char_boundary((end + 1).min(bytes.len()));
        return Some((Token::Word(inner), Span::new(start as u32, *at as u32)));
    }
    let mut end = start;
    while end < bytes.len() {
        match bytes[end] {
            // `${name}` and the braces of a regular expression belong to the word.
            b'{' if end > start
                && (bytes[end - 1] == b'$'
                    || bytes.get(end + 1).is_some_and(u8::is_ascii_digit)) =>
            {
                end += text[end..].find('}').map_or(1, |close| close + 1);
            }
            byte if byte.is_ascii_whitespace() || matches!(byte, b';' | b'{' | b'}') => break,
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
    let end = text.ceil_char_boundary(end.min(bytes.len()));
    *at = end;
    Some((Token::Word(text[start..end].to_owned()), Span::new(start as u32, end as u32)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_words() {
        let text = "http {\n  server {\n    listen 80; # plain\n    location ~ \"^/a{2}$\" { alias /srv/a/; }\n    location /static { alias /srv/static/; }\n    return 301 https://${host}/;\n  }\n}\n";
        let read = read(text);
        let locations = read.all("location");
        assert_eq!(locations.len(), 2);
        let (around, second) = &locations[1];
        assert_eq!(around[1].name, "server");
        assert_eq!(second.words, ["/static"]);
        assert_eq!(second.span.slice(text), "location /static");
        assert_eq!(second.inside("alias").next().unwrap().words, ["/srv/static/"]);
        assert_eq!(read.all("return")[0].1.words[1], "https://${host}/");
    }

    #[test]
    fn hostile_text_ends() {
        super::read(&"a {".repeat(50_000));
        super::read(&"}".repeat(50_000));
        super::read("a \"unterminated \\");
        super::read("é\\é;{\u{1f600}");
        assert_eq!(super::read("server { listen 80;").all("listen").len(), 1);
    }
}
