//! Rows of the admin's pages: all of a model, for staff who may, but where a class limits its rows, or
//! asks about each.
//!
//! Source: `get_object`, `change_view` and `delete_view` in `django/contrib/admin/options.py` of Django 5.2.

use bartizan_project::ClassRef;

use super::rows::Told;
use super::{Bound, Finder, ObjectAccess};
use crate::endpoints::Endpoint;
use crate::registries::{ClassKey, ModelRef};
use crate::views::{check_of_param, limit_of, own_rows, querysets};

/// The last name of the view that leads on to a row's page, and fetches nothing itself.
pub(super) const REDIRECT: &str = "Admin.view";

/// Pages of one row, and the methods that are asked whether somebody may.
const PAGES: &[(&str, &[&str])] = &[
    ("change_view", &["has_change_permission", "has_view_or_change_permission"]),
    ("delete_view", &["has_delete_permission"]),
    ("user_change_password", &["has_change_permission"]),
    ("history_view", &["has_view_or_change_permission", "has_view_permission"]),
];

/// Which parameter of these methods the row is.
const ROW: u32 = 2;

impl Finder<'_> {
    /// The row of a page of an admin class of the project.
    pub(super) fn admin(&self, endpoint: &Endpoint, class: ClassKey) -> Vec<ObjectAccess> {
        let Some((_, asked)) = page(endpoint) else { return Vec::new() };
        let ir = self.project.ir(class.0);
        let place = (class.0, ir.class(class.1).name_span);
        let mut own = querysets(self.project, class).into_iter();
        let limit =
            own.find_map(|own| limit_of(self.project, own).or_else(|| own_rows(self.project, own)));
        let of = ClassRef::Project(class.0, class.1);
        let check = || {
            asked.iter().find_map(|name| {
                let member = self.project.lookup_member(of, name)?;
                let body = self.project.definition(member.class.0, member.value).as_function()?;
                check_of_param(self.project, body, ROW)
            })
        };
        let told = match (limit, check()) {
            (Some((file, value)), _) => {
                Told::new(Bound::Scoped, "", (file, self.project.ir(file).span(value)))
            }
            (None, Some(check)) => self.checked(check),
            (None, None) => Told::new(Bound::Nothing, "", place),
        };
        let mut admins = self.registries.admins.iter();
        let admin = admins.find(|admin| admin.class == class);
        let model = match admin.map(|admin| admin.models.as_slice()) {
            Some([ModelRef::Own(id)]) => self.registries.model(*id).name.clone(),
            Some([ModelRef::Outside(name)]) => name.rsplit('.').next().unwrap_or(name).to_owned(),
            _ => "?".to_owned(),
        };
        vec![told.of(model, &endpoint.methods)]
    }
}

/// The row of a page of an admin class of Django's own, which gives all of them; `None` for other views.
pub(super) fn outside(endpoint: &Endpoint) -> Option<Vec<ObjectAccess>> {
    if endpoint.view.starts_with("django.contrib.") && endpoint.view.ends_with(REDIRECT) {
        return Some(Vec::new());
    }
    let (class, _) = page(endpoint)?;
    let place = (endpoint.route_file, endpoint.route_span);
    let model = class.rsplit('.').next()?.strip_suffix("Admin")?;
    let is_of_django = class.starts_with("django.contrib.");
    is_of_django.then(|| {
        let told = Told::new(Bound::Nothing, "", place);
        vec![told.of(model.to_owned(), &endpoint.methods)]
    })
}

/// The class of a page of one row, and what is asked there.
fn page(endpoint: &Endpoint) -> Option<(&str, &'static [&'static str])> {
    let (class, view) = endpoint.view.rsplit_once('.')?;
    let (_, asked) = PAGES.iter().find(|(name, _)| *name == view)?;
    Some((class, asked))
}
