//! What code asks of the route that leads to it: its name, or its path.

use crate::reader::{Frame, Reader};

/// Words for the match of a request with its route.
const MATCHES: &[&str] = &[
    "request.resolver_match.",
    "resolve(request.path_info).",
    "resolve(request.path).",
    "resolve(request.get_full_path()).",
];

/// A question about a route.
#[derive(Clone, Debug)]
pub(crate) struct OfRoute {
    of: Part,
    known: String,
    is_whole: bool,
}

/// What of a route is asked.
#[derive(Clone, Copy, Debug)]
enum Part {
    Path,
    /// Its name with those of the spaces around it.
    Name,
    /// Its name alone.
    OwnName,
    /// The names of the spaces around it.
    Spaces,
}

/// A route as Django prints it, and its name with those of the spaces around it.
pub(crate) type Route = (String, Option<String>);

impl OfRoute {
    /// What words ask of a route, if they do.
    fn of(words: &str, known: &str, is_whole: bool) -> Option<Self> {
        let of = match MATCHES.iter().find_map(|of| words.strip_prefix(of)) {
            Some("view_name") => Part::Name,
            Some("url_name") => Part::OwnName,
            Some("namespace") => Part::Spaces,
            None if matches!(words, "request.path" | "request.path_info") => Part::Path,
            _ => return None,
        };
        Some(Self { of, known: known.to_owned(), is_whole })
    }

    /// The answer of a route; `None` where it is not known.
    pub(crate) fn asked_of(&self, route: Option<&Route>) -> Option<bool> {
        // A view to which no route leads is asked without one.
        let (route, name) = route.filter(|(route, _)| route.starts_with('/'))?;
        let by = |text: &str| match self.is_whole {
            true => text == self.known,
            false => text.starts_with(&self.known),
        };
        let name = name.as_deref().unwrap_or("");
        let (spaces, own) = name.rsplit_once(':').unwrap_or(("", name));
        match self.of {
            Part::Path => path_is(route, &self.known, self.is_whole),
            Part::Name => Some(by(name)),
            Part::OwnName => Some(by(own)),
            Part::Spaces => Some(by(spaces)),
        }
    }
}

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
        let asked = OfRoute::of(words, known, is_whole)?;
        let answer = asked.asked_of(frame.ask.route.as_ref());
        self.asked_route.borrow_mut().push((asked, answer));
        answer
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
