//! What Bandit says of statements: assertions, handlers, defaults, and the direction of the text.

use bartizan_base::Span;
use bartizan_ir::{EffectKind, FunctionKind, ParamKind};

use super::written::{Literal, Written, dotted};
use super::{BanditOptions, Said};
use crate::FileView;

pub(super) fn judge(
    view: &FileView<'_>,
    written: Written<'_>,
    options: &BanditOptions,
    out: &mut Vec<Said>,
) {
    let ir = written.ir;
    let path = view.project.path(view.file);
    // Bandit is started as `bandit -r .` or on a folder.
    let below = format!("./{path}");
    let fits_here = |pattern: &String| fits(pattern, &below) || fits(pattern, path.as_str());
    let asserts = !options.assert_skips.iter().any(fits_here);
    for (_, function) in ir.functions() {
        for effect in &ir.effects[function.effects] {
            if asserts && matches!(effect.kind, EffectKind::Assert(_)) {
                out.push(Said::new("B101", effect.span));
            }
        }
        if function.kind == FunctionKind::Def && !function.is_async {
            let old = ir.params[function.params].iter().any(|param| {
                matches!(param.kind, ParamKind::Normal | ParamKind::PositionalOnly)
                    && param.default.is_some_and(|value| {
                        // The default may be a name from elsewhere: what is written counts.
                        let text = written.text.get(param.span.end as usize..).unwrap_or("");
                        let text = text.trim_start().trim_start_matches('=').trim_start();
                        let name = dotted(text).0.rsplit_once('.').map_or("", |(_, last)| last);
                        let literal = written.literal(value, ir.span(value));
                        let versions = options.bad_tls.as_deref().unwrap_or_default();
                        versions
                            .iter()
                            .any(|bad| *bad == name.trim() || literal == Literal::Attr(bad))
                    })
            });
            if old {
                out.push(Said { lines: function.span, ..Said::new("B503", function.name_span) });
            }
        }
    }
    for handler in ir.tries.iter().flat_map(|statement| &statement.handlers) {
        if !handler.is_empty {
            continue;
        }
        let head = written.slice(handler.span);
        // A type may stand in parentheses; several are followed by a comma.
        let types =
            head.trim_start_matches("except").trim_start_matches(['*', ' ', '(', '\\', '\n']);
        let (name, rest) = dotted(types);
        let broad = handler.types.is_none()
            || name == "Exception" && !rest.trim_start().starts_with([',', '(']);
        let typed = |wanted: bool| broad || wanted;
        if is_whole_body(head, "pass") && typed(options.typed_pass) {
            out.push(Said::new("B110", handler.span));
        }
        if is_whole_body(head, "continue") && typed(options.typed_continue) {
            out.push(Said::new("B112", handler.span));
        }
    }
    if let Some((at, mark)) = crate::words::bidirectional(written.text).next() {
        let start = at as u32;
        out.push(Said::new("B613", Span { start, end: start + mark.len_utf8() as u32 }));
    }
}

/// Whether the body of a handler is this one word; comments may stand before it.
fn is_whole_body(handler: &str, word: &str) -> bool {
    let Some(before) = handler.strip_suffix(word) else { return false };
    let mut lines = before.lines().rev().map(str::trim);
    let last = lines.find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or("");
    last.split_once('#').map_or(last, |(code, _)| code.trim_end()).ends_with(':')
}

/// Whether a path fits a pattern of a shell: `*` for anything, `?` for one character.
pub fn fits(pattern: &str, path: &str) -> bool {
    // One pass with one way back: to the last star.
    let (pattern, path): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), path.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < path.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == path[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    p = after;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}
