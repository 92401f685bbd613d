//! What code asks of the route that leads to it: its name, or its path.

use crate::reader::{Frame, Reader};

/// Words for the match of a request with its route.
const MATCHES: &[&str] = &[
    "request.resolver_match.",
    "resolve(request.path_info).",
    "resolve(request.path).",
    "resolve(request.get_full_path()).",
];

impl Reader<'_> {
    /// Whether the route that is asked has that name or path, or one that begins so; `None` where the
    /// words ask nothing of a route, or it is not known.
    pub(crate) fn is_routed(
        &self,
        frame: &Frame,
        words: &str,
        known: &str,
        is_whole: bool,
    ) -> Option<bool> {
        // A view to which no route leads is asked without one.
        let (route, name) = frame.ask.route.as_ref().filter(|(route, _)| route.starts_with('/'))?;
        let by = |text: &str| if is_whole { text == known } else { text.starts_with(known) };
        if matches!(words, "request.path" | "request.path_info") {
            self.asked_view.set(true);
            return path_is(route, known, is_whole);
        }
        let asked = MATCHES.iter().find_map(|of| words.strip_prefix(of))?;
        let name = name.as_deref().unwrap_or("");
        let (spaces, own) = name.rsplit_once(':').unwrap_or(("", name));
        let found = match asked {
            "view_name" => by(name),
            "url_name" => by(own),
            "namespace" => by(spaces),
            _ => return None,
        };
        self.asked_view.set(true);
        Some(found)
    }
}

/// Whether every path of a route is, or begins with, what is known; `None` where some do.
fn path_is(route: &str, known: &str, is_whole: bool) -> Option<bool> {
    let open = route.find(['<', '(', '[', '*', '+', '?', '.', '|']).unwrap_or(route.len());
    let is_fixed = open == route.len();
    let fixed: String = route[..open].chars().filter(|c| !matches!(c, '^' | '$' | '\\')).collect();
    match (is_fixed, is_whole) {
        (true, true) => Some(fixed == known),
        (true, false) => Some(fixed.starts_with(known)),
        (false, false) if fixed.len() >= known.len() => Some(fixed.starts_with(known)),
        // A converter matches something.
        (false, true) if fixed == known && route[open..].starts_with('<') => Some(false),
        // What follows may be anything.
        _ if known.starts_with(&fixed) => None,
        _ => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::path_is;

    #[test]
    fn a_path_is_known_as_far_as_its_route_is_fixed() {
        assert_eq!(path_is("/api/orders/", "/api/", false), Some(true));
        assert_eq!(path_is("/orders/<int:pk>/", "/api/", false), Some(false));
        assert_eq!(path_is("/orders/<int:pk>/", "/orders/", false), Some(true));
        assert_eq!(path_is("/<slug:of>/", "/api/", false), None);
        assert_eq!(path_is("/login/", "/login/", true), Some(true));
        assert_eq!(path_is("/login/again/", "/login/", true), Some(false));
        assert_eq!(path_is("/orders/<int:pk>/", "/orders/", true), Some(false));
    }
}
