//! What held before and what holds now, in few words: of long texts what is the same in both is left
//! out, so that a reader sees what is not.

/// Words kept of each, in characters.
const LONGEST: usize = 160;

/// What stands for what is the same in both.
const SAME: &str = "…";

/// Parts inside each other beyond which texts are compared whole.
const DEEPEST: usize = 16;

/// Texts of more parts than this are compared whole.
const MOST_PARTS: usize = 200;

/// What is put around several parts that are one in another text.
const SIGNS: &[&str] = &[" and ", " or ", ", "];

/// Words before what is asked, which name what it is asked of.
const HEADS: &[&str] = &[": ", " for "];

/// Both texts as they are shown: whole where they are short, else as far as they differ.
pub(super) fn shown(before: String, after: String) -> (String, String) {
    let is_short = |text: &str| text.chars().nth(LONGEST).is_none();
    if is_short(&before) && is_short(&after) || before.is_empty() || after.is_empty() {
        return (cut(&before), cut(&after));
    }
    if before == after {
        return (cut(&before), cut(&after));
    }
    let (one, other) = differing(&before, &after, 0);
    match cut(&one) == cut(&other) {
        true => (cut(beyond(&one, &other)), cut(beyond(&other, &one)))
            .map_both(|text| format!("{SAME}{text}")),
        false => (cut(&one), cut(&other)),
    }
}

/// Two texts, each without what the other has as well.
fn differing(one: &str, other: &str, depth: usize) -> (String, String) {
    if one == other {
        return (SAME.to_owned(), SAME.to_owned());
    }
    if depth > DEEPEST {
        return (one.to_owned(), other.to_owned());
    }
    for sign in HEADS {
        if let [head, ..] = parts(one, sign)[..]
            && let at = head.len() + sign.len()
            && one.get(..at).is_some_and(|head| other.starts_with(head))
        {
            let (one, other, head) = (&one[at..], &other[at..], &one[..at]);
            return differing(one, other, depth + 1).map_both(|text| format!("{head}{text}"));
        }
    }
    for sign in SIGNS {
        let (ones, others) = (parts(one, sign), parts(other, sign));
        let count = ones.len().max(others.len());
        if count > 1 && count <= MOST_PARTS {
            return listed(&ones, &others, sign, depth);
        }
    }
    within(one, other, depth)
}

trait Both {
    /// The same made of both.
    fn map_both(self, of: impl Fn(String) -> String) -> Self;
}

impl Both for (String, String) {
    fn map_both(self, of: impl Fn(String) -> String) -> Self {
        (of(self.0), of(self.1))
    }
}

/// Two lists: what both have is told by one sign, and of those that come near each other no more than
/// their difference.
fn listed(ones: &[&str], others: &[&str], sign: &str, depth: usize) -> (String, String) {
    let mut left: Vec<Option<String>> = vec![None; ones.len()];
    let mut right: Vec<Option<String>> = vec![None; others.len()];
    let free = |of: &[Option<String>], at: usize| of[at].is_none();
    for (index, part) in ones.iter().enumerate() {
        let same = (0..others.len()).find(|at| free(&right, *at) && others[*at] == *part);
        if let Some(at) = same {
            left[index] = Some(SAME.to_owned());
            right[at] = Some(SAME.to_owned());
        }
    }
    for (index, part) in ones.iter().enumerate() {
        let open = (0..others.len()).filter(|at| free(&right, *at));
        let nearest = open.max_by_key(|at| (alike(part, others[*at]), usize::MAX - at));
        if left[index].is_none()
            && let Some(at) = nearest
            && 2 * alike(part, others[at]) >= part.len().min(others[at].len())
        {
            let (one, other) = differing(part, others[at], depth + 1);
            left[index] = Some(one);
            right[at] = Some(other);
        }
    }
    let told = |parts: &[&str], found: Vec<Option<String>>| {
        let whole = parts.iter().map(|part| (*part).to_owned());
        let mut words: Vec<String> =
            found.into_iter().zip(whole).map(|(found, whole)| found.unwrap_or(whole)).collect();
        words.dedup_by(|one, other| one == SAME && other == SAME);
        words.join(sign)
    };
    (told(ones, left), told(others, right))
}

/// How much of two texts is the same, at their beginnings and at their ends.
fn alike(one: &str, other: &str) -> usize {
    let same =
        |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(a, b)| a == b).count();
    let most = one.len().min(other.len());
    let first = same(&mut one.bytes().zip(other.bytes()));
    (first + same(&mut one.bytes().rev().zip(other.bytes().rev()))).min(most)
}

/// Two texts that differ in what stands in brackets alone.
fn within(one: &str, other: &str, depth: usize) -> (String, String) {
    let (ones, others) = (pieces(one), pieces(other));
    let differ_inside = |(one, other): (&Piece<'_>, &Piece<'_>)| match (one, other) {
        (Piece::Plain(one), Piece::Plain(other)) => one == other,
        (Piece::Bracketed(one), Piece::Bracketed(other)) => {
            one.as_bytes()[0] == other.as_bytes()[0]
        }
        _ => false,
    };
    if ones.len() < 2 && !matches!(ones[..], [Piece::Bracketed(_)])
        || ones.len() != others.len()
        || !ones.iter().zip(&others).all(differ_inside)
    {
        return (one.to_owned(), other.to_owned());
    }
    let (mut left, mut right) = (String::new(), String::new());
    for (one, other) in ones.iter().zip(&others) {
        match (one, other) {
            (Piece::Bracketed(one), Piece::Bracketed(other)) => {
                let (open, close) = (&one[..1], &one[one.len() - 1..]);
                let told = differing(&one[1..one.len() - 1], &other[1..other.len() - 1], depth + 1);
                left.extend([open, &told.0, close]);
                right.extend([open, &told.1, close]);
            }
            (Piece::Plain(text) | Piece::Bracketed(text), _) => {
                left.push_str(text);
                right.push_str(text);
            }
        }
    }
    (left, right)
}

/// A part of a text: in brackets, with them, or between such.
enum Piece<'t> {
    Plain(&'t str),
    Bracketed(&'t str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut found, mut begun, mut opened) = (Vec::new(), 0, 0);
    for (at, depth, c) in outside_quotes(text) {
        match (c, depth) {
            ('(' | '[' | '{', 1) => opened = at,
            (')' | ']' | '}', 0)
                if opened >= begun && text[opened..].starts_with(['(', '[', '{']) =>
            {
                if opened > begun {
                    found.push(Piece::Plain(&text[begun..opened]));
                }
                found.push(Piece::Bracketed(&text[opened..=at]));
                begun = at + 1;
            }
            _ => {}
        }
    }
    if begun < text.len() {
        found.push(Piece::Plain(&text[begun..]));
    }
    found
}

/// The parts of a text between a sign that stands outside of brackets and quotes.
fn parts<'t>(text: &'t str, sign: &str) -> Vec<&'t str> {
    let (mut found, mut begun) = (Vec::new(), 0);
    for (at, depth, _) in outside_quotes(text) {
        if depth == 0 && at >= begun && text[at..].starts_with(sign) {
            found.push(&text[begun..at]);
            begun = at + sign.len();
        }
    }
    found.push(&text[begun..]);
    found
}

/// The characters of a text outside of its quotes, each with the number of brackets that are open
/// behind it.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, usize, char)> {
    let (mut depth, mut is_quoted, mut is_escaped) = (0_usize, false, false);
    text.char_indices().filter_map(move |(at, c)| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (!is_quoted).then_some((at, depth, c))
    })
}

/// Characters before a difference beyond which no beginning of a word is looked for.
const LONGEST_WORD: usize = 40;

/// A text from the word on in which it differs from another.
fn beyond<'t>(text: &'t str, other: &str) -> &'t str {
    let pairs = text.char_indices().zip(other.chars());
    let same = pairs.take_while(|((_, one), other)| one == other).last();
    let end = same.map_or(0, |((at, c), _)| at + c.len_utf8());
    let begun = text[..end].rfind([' ', '(', '[', ',']).map_or(0, |at| at + 1);
    match end - begun > LONGEST_WORD {
        true => &text[end..],
        false => &text[begun..],
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both texts behind conditions that no reader wants to see twice.
    fn behind(before: &str, after: &str) -> (String, String) {
        let asked: Vec<String> =
            (0..12).map(|index| format!("request.profile.asks_{index}")).collect();
        let asked = asked.join(" and ");
        let put = |text: &str| text.replace("ASKED", &asked);
        shown(put(before), put(after))
    }

    #[track_caller]
    fn check(before: &str, after: &str, expected: (&str, &str)) {
        let (one, other) = behind(before, after);
        assert_eq!((one.as_str(), other.as_str()), expected);
    }

    #[test]
    fn short_texts_are_shown_whole() {
        check("login and staff", "login", ("login and staff", "login"));
        check("", "ASKED", ("", &cut(&behind("ASKED", "").0)));
    }

    #[test]
    fn of_long_ones_what_is_the_same_is_left_out() {
        check("ASKED and staff", "ASKED", ("… and staff", "…"));
        check("a and ASKED", "(a or b) and ASKED", ("a and …", "(a or b) and …"));
        check(
            "Order: ASKED and Order.owner=request.user",
            "Order: ASKED",
            ("Order: … and Order.owner=request.user", "Order: …"),
        );
    }

    #[test]
    fn differences_inside_of_brackets_are_shown_there() {
        check(
            "login and not (not hasattr(request, \"org\") and ((ASKED) or url.pk=1))",
            "login and not (not hasattr(request, \"org\") and ((ASKED) or url.pk=2 or staff))",
            ("… and not (… and (… or url.pk=1))", "… and not (… and (… or url.pk=2 or staff))"),
        );
        check(
            "not (ASKED and \"(\"=request.org)",
            "not (ASKED)",
            ("not (… and \"(\"=request.org)", "not (…)"),
        );
    }

    #[test]
    fn texts_that_begin_alike_are_told_from_where_they_do_not() {
        let long = "x".repeat(300);
        let (one, other) = shown(format!("{long}=1 of y"), format!("{long}=2 of y"));
        assert!(one != other, "{one}");
    }

    #[test]
    fn what_is_no_list_and_not_closed_is_shown_as_well() {
        let long = "(".repeat(3_000);
        let (one, other) = shown(format!("{long}a"), format!("{long}b"));
        assert!(one != other && one.chars().count() <= LONGEST + 2, "{one}");
    }
}
