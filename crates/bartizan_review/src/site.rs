//! What every request passes on its way to a view: middleware.

use std::rc::Rc;

use bartizan_django::settings::{Origin, Truth, contains};
use bartizan_ir::{ClassId, FunctionId, Value};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::Abstract;

use crate::deeds::{Deed, DeedKind};
use crate::facts::CsrfState;
use crate::formula::{Formula, LOGIN};
use crate::models::outside;
use crate::permissions::known;
use crate::reader::{Ask, Passed, Reader, Site};
use crate::walk::Walked;

/// Kinds of routes beyond which what middleware asks of one is not held.
const MOST_PASSED: usize = 200;

/// What middleware asks of every request.
pub(crate) struct SiteWide {
    pub(crate) login: Option<Site>,
    pub(crate) csrf: CsrfState,
    /// Middleware of the project.
    own: Vec<(FileId, ClassId)>,
    own_functions: Vec<(FileId, FunctionId)>,
}

impl SiteWide {
    /// Whether a guard is middleware of the project.
    pub(crate) fn is_own(&self, place: Option<Site>) -> bool {
        let files = self.own.iter().map(|(file, _)| *file);
        let mut files = files.chain(self.own_functions.iter().map(|(file, _)| *file));
        place.is_some_and(|(file, _)| files.any(|known| known == file))
    }
}

impl Reader<'_> {
    pub(crate) fn site_wide(&self) -> SiteWide {
        let mut site = SiteWide {
            login: None,
            csrf: CsrfState::Off,
            own: Vec::new(),
            own_functions: Vec::new(),
        };
        let Some(middleware) = self.settings.middleware() else { return site };
        if middleware.origin != Origin::Project {
            // An application that other sites take up: they have what `startproject` writes.
            site.csrf = CsrfState::Checked;
            return site;
        }
        let middleware = known(&middleware.value);
        site.csrf = match contains(middleware, "django.middleware.csrf.CsrfViewMiddleware") {
            Truth::Yes => CsrfState::Checked,
            Truth::No => CsrfState::Off,
            Truth::Unknown => CsrfState::Unknown,
        };
        let Abstract::Seq(seq) = &middleware.value else { return site };
        for item in &seq.items {
            let Some(dotted) = item.value.as_str() else { continue };
            let place = (item.site.file, self.ir(item.site.file).span(item.site.node));
            let found = self.project.find(dotted);
            // One of the project that is called so asks what its code says.
            if dotted.ends_with(".LoginRequiredMiddleware") && !matches!(found, Entity::Class(..)) {
                site.login = Some(place);
            }
            match found {
                Entity::Class(file, class) => {
                    let of = ClassRef::Project(file, class);
                    let mut bases = outside(self.project, of);
                    if bases.any(|base| base.ends_with(".LoginRequiredMiddleware")) {
                        site.login = Some(place);
                    }
                    // Its own subclasses of Django's count as those.
                    let is_csrf =
                        outside(self.project, of).any(|base| base.ends_with("CsrfViewMiddleware"));
                    if is_csrf {
                        site.csrf = CsrfState::Checked;
                    }
                    site.own.push((file, class));
                }
                Entity::Function(file, function) => site.own_functions.push((file, function)),
                _ => {}
            }
        }
        site
    }

    /// The classes and functions that decide about every endpoint: middleware, the defaults of APIs,
    /// the user model.
    pub(crate) fn decisive(&self, site: &SiteWide) -> Vec<Site> {
        let class = |file: FileId, class: ClassId| (file, self.ir(file).class(class).name_span);
        let mut found: Vec<Site> = site.own.iter().map(|(file, of)| class(*file, *of)).collect();
        let functions = site.own_functions.iter();
        found.extend(functions.map(|(file, of)| (*file, self.ir(*file).function(*of).name_span)));
        let defaults = [
            "DEFAULT_PERMISSION_CLASSES",
            "DEFAULT_AUTHENTICATION_CLASSES",
            "DEFAULT_THROTTLE_CLASSES",
        ];
        for key in defaults {
            let Some(list) = self.framework(key) else { continue };
            let Abstract::Seq(seq) = &list.value else { continue };
            for item in &seq.items {
                if let Some(dotted) = item.value.as_str()
                    && let Entity::Class(file, of) = self.project.find(dotted)
                {
                    found.push(class(file, of));
                }
            }
        }
        found.extend(self.models.class(&self.user_name()).map(|(file, of)| class(file, of)));
        found
    }

    /// What middleware asks of a request to one view, and whom it takes the visitor for.
    pub(crate) fn through_site(
        &self,
        site: &SiteWide,
        is_open: bool,
        ask: &Rc<Ask>,
    ) -> (Formula, Vec<Deed>) {
        let mut asked = Formula::Always;
        if let Some(place) = site.login
            && !is_open
        {
            asked = asked.and(self.atom(LOGIN, place));
        }
        let passed = self.own_middleware(site, ask);
        (asked.and(self.take_over(&passed)), passed.known.clone())
    }

    /// What middleware of the project asks, found out once for each method and for all routes of
    /// which it is told the same, where it asks no more of the view.
    fn own_middleware(&self, site: &SiteWide, ask: &Rc<Ask>) -> Rc<Passed> {
        let route = ask.route.as_ref();
        let answers_alike = |passed: &&Rc<Passed>| {
            passed.of_route.iter().all(|(of, answer)| of.asked_of(route) == *answer)
        };
        let known = match self.passed.borrow().get(ask.method) {
            Some(passed) => passed.iter().find(answers_alike).cloned(),
            None => None,
        };
        if let Some(passed) = known {
            return passed;
        }
        let is_asked = self.asked_view.replace(false);
        let passed = Rc::new(self.apart(|| self.through_own(site, ask)));
        if !self.asked_view.get() {
            let mut held = self.passed.borrow_mut();
            let held = held.entry(ask.method).or_default();
            if held.len() < MOST_PASSED {
                held.push(passed.clone());
            }
        }
        self.asked_view.set(is_asked);
        passed
    }

    fn through_own(&self, site: &SiteWide, ask: &Rc<Ask>) -> (Formula, Vec<Deed>) {
        let (mut asked, mut known) = (Formula::Always, Vec::new());
        let mut add = |walked: Walked| {
            asked = std::mem::replace(&mut asked, Formula::Always).and(walked.access());
            let deeds = walked.deeds.into_iter();
            known.extend(deeds.filter(|deed| deed.kind == DeedKind::Knows));
        };
        for (file, class) in &site.own {
            let of = ClassRef::Project(*file, *class);
            for name in ["__call__", "process_request", "process_view"] {
                if let Some((file, function)) = self.method(of, name) {
                    let frame = self.entry(file, function, Some(of), ask, None);
                    let mut walked = Walked::gate();
                    self.walk(&frame, &Formula::Always, &mut walked);
                    add(walked);
                }
            }
        }
        for (file, function) in &site.own_functions {
            let ir = self.ir(*file);
            if let Some(result) = ir.function(*function).result
                && let Value::Function(inner) = ir.value(ir.bare(result))
            {
                let frame = self.entry(*file, inner, None, ask, None);
                let mut walked = Walked::gate();
                self.walk(&frame, &Formula::Always, &mut walked);
                add(walked);
            }
        }
        (asked, known)
    }
}
