//! Views and URLconfs of packages, as far as their own code says it.
//!
//! Sources: `django/contrib/auth/urls.py` and `admin/sites.py` of Django 5.2, `django/views/generic`,
//! `rest_framework/generics.py`, `mixins.py` and `viewsets.py` of DRF 3.16.

use bartizan_model::Models;

use super::words;
use crate::settings::{Settings, Truth, alternatives, checks, is_true};

/// A class of views outside the project, and the methods that it answers to.
pub(super) struct KnownView {
    /// The last part of its dotted name.
    pub(super) name: &'static str,
    /// The methods.
    pub(super) methods: &'static [&'static str],
    /// The attributes by which the model is named that it changes; empty if it changes none.
    pub(super) writes: bool,
}

const fn view(name: &'static str, methods: &'static [&'static str]) -> KnownView {
    KnownView { name, methods, writes: false }
}

const fn editor(name: &'static str, methods: &'static [&'static str]) -> KnownView {
    KnownView { name, methods, writes: true }
}

/// Class-based views of Django, its auth application, and DRF.
pub(super) const VIEWS: &[KnownView] = &[
    view("TemplateView", &["GET"]),
    view("RedirectView", &["GET", "POST", "PUT", "PATCH", "DELETE"]),
    view("ListView", &["GET"]),
    view("DetailView", &["GET"]),
    view("FormView", &["GET", "POST", "PUT"]),
    editor("CreateView", &["GET", "POST", "PUT"]),
    editor("UpdateView", &["GET", "POST", "PUT"]),
    editor("DeleteView", &["GET", "POST", "DELETE"]),
    view("ArchiveIndexView", &["GET"]),
    view("YearArchiveView", &["GET"]),
    view("MonthArchiveView", &["GET"]),
    view("WeekArchiveView", &["GET"]),
    view("DayArchiveView", &["GET"]),
    view("TodayArchiveView", &["GET"]),
    view("DateDetailView", &["GET"]),
    view("LoginView", &["GET", "POST", "PUT"]),
    view("LogoutView", &["POST"]),
    view("PasswordChangeView", &["GET", "POST", "PUT"]),
    view("PasswordChangeDoneView", &["GET"]),
    view("PasswordResetView", &["GET", "POST", "PUT"]),
    view("PasswordResetDoneView", &["GET"]),
    view("PasswordResetConfirmView", &["GET", "POST", "PUT"]),
    view("PasswordResetCompleteView", &["GET"]),
    view("JavaScriptCatalog", &["GET"]),
    view("JSONCatalog", &["GET"]),
    editor("CreateAPIView", &["POST"]),
    view("ListAPIView", &["GET"]),
    view("RetrieveAPIView", &["GET"]),
    editor("DestroyAPIView", &["DELETE"]),
    editor("UpdateAPIView", &["PUT", "PATCH"]),
    editor("ListCreateAPIView", &["GET", "POST"]),
    editor("RetrieveUpdateAPIView", &["GET", "PUT", "PATCH"]),
    editor("RetrieveDestroyAPIView", &["GET", "DELETE"]),
    editor("RetrieveUpdateDestroyAPIView", &["GET", "PUT", "PATCH", "DELETE"]),
    view("SpectacularJSONAPIView", &["GET"]),
    view("SpectacularYAMLAPIView", &["GET"]),
    view("SpectacularSwaggerSplitView", &["GET"]),
    view("FilterView", &["GET"]),
    view("SingleTableView", &["GET"]),
    view("ObtainAuthToken", &["POST"]),
    view("obtain_auth_token", &["POST"]),
    view("SpectacularAPIView", &["GET"]),
    view("SpectacularSwaggerView", &["GET"]),
    view("SpectacularRedocView", &["GET"]),
];

/// Packages whose views and mixins guard nothing, beside what is known by name: those that list,
/// filter, show and describe.
const NEUTRAL: &[&str] = &[
    "abc",
    "builtins",
    "collections",
    "crispy_forms",
    "dal",
    "dal_select2",
    "django",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "drf_excel",
    "drf_renderer_xlsx",
    "drf_spectacular",
    "drf_yasg",
    "extra_views",
    "formtools",
    "generic",
    "haystack",
    "import_export",
    "object",
    "rest_flex_fields",
    "rest_framework",
    "rest_framework_bulk",
    "rest_framework_csv",
    "rest_framework_datatables",
    "rest_framework_extensions",
    "rest_framework_gis",
    "rest_framework_nested",
    "typing",
    "vanilla",
    "view_breadcrumbs",
    "wagtail",
];

/// What mixins are called that have to do with what is shown, not with whom.
const SHOWING: &[&str] = &[
    "CacheMixin",
    "ContextMixin",
    "CsvMixin",
    "ExportMixin",
    "FileMixin",
    "FilterMixin",
    "FormMixin",
    "FormsetMixin",
    "JSONResponseMixin",
    "ListMixin",
    "MessageMixin",
    "PaginationMixin",
    "PdfMixin",
    "QuerysetMixin",
    "RenderMixin",
    "SerializerMixin",
    "TableMixin",
    "TemplateMixin",
    "XLSXFileMixin",
];

/// Whether a class outside the project is known to guard nothing but what its name says.
pub(super) fn is_neutral(models: &Models, dotted: &str) -> bool {
    let package = dotted.split('.').next().unwrap_or(dotted);
    let name = dotted.rsplit('.').next().unwrap_or(dotted);
    NEUTRAL.contains(&package)
        || SHOWING.iter().any(|end| name.ends_with(end)) && !words::is_about_who(name)
        || super::guards::meaning(models, dotted).is_some()
        || models.class(dotted).is_some()
        // What another package builds on a view of REST framework may ask for more than that does.
        || !is_of_api(name) && VIEWS.iter().any(|known| dotted.ends_with(known.name))
}

/// Whether a class is called as views of REST framework are.
pub(super) fn is_of_api(name: &str) -> bool {
    name.ends_with("APIView") || name.ends_with("ViewSet")
}

/// Actions that viewsets and mixins of DRF bring.
pub(super) const ACTIONS: &[(&str, &[&str])] = &[
    ("ModelViewSet", &["list", "create", "retrieve", "update", "partial_update", "destroy"]),
    ("ReadOnlyModelViewSet", &["list", "retrieve"]),
    ("CreateModelMixin", &["create"]),
    ("ListModelMixin", &["list"]),
    ("RetrieveModelMixin", &["retrieve"]),
    ("UpdateModelMixin", &["update", "partial_update"]),
    ("DestroyModelMixin", &["destroy"]),
];

/// Whether a condition of a model holds: a setting that is true, or with `!` one that is not. One that
/// is not known counts as Django's or the package's default, false.
pub(super) fn holds(settings: &Settings<'_>, condition: Option<&str>) -> bool {
    let Some(condition) = condition else { return true };
    let name = condition.trim_start_matches('!');
    // `REST_AUTH.USE_JWT`: an item of a setting that is a dict.
    let (name, key) = name.split_once('.').map_or((name, None), |(name, key)| (name, Some(key)));
    let value = settings.get(name).map(|setting| setting.value);
    let value = match key {
        Some(key) => value.and_then(|value| checks::item(&value, key)),
        None => value,
    };
    let is_on = value.is_some_and(|value| is_true(&value) == Truth::Yes);
    is_on != condition.starts_with('!')
}

/// The text of a setting: the only one that it may have, as far as its ways are known.
pub(super) fn text(settings: &Settings<'_>, name: &str) -> Option<String> {
    let setting = settings.get(name)?;
    let ways = alternatives(&setting.value);
    let mut texts = ways.iter().filter_map(|(_, value)| value.value.as_str());
    let first = texts.next()?;
    texts.all(|other| other == first).then(|| first.to_owned())
}

/// Routes of a package: route, name, view, methods.
type Rows = &'static [(&'static str, &'static str, &'static str, &'static [&'static str])];

/// What every site of the admin answers to, beside its models.
pub(super) const ADMIN: Rows = &[
    ("", "index", "django.contrib.admin.sites.AdminSite.index", &["GET"]),
    ("login/", "login", "django.contrib.admin.sites.AdminSite.login", &["GET", "POST"]),
    ("logout/", "logout", "django.contrib.admin.sites.AdminSite.logout", &["POST"]),
    (
        "password_change/",
        "password_change",
        "django.contrib.admin.sites.AdminSite.password_change",
        &["GET", "POST"],
    ),
    (
        "password_change/done/",
        "password_change_done",
        "django.contrib.admin.sites.AdminSite.password_change_done",
        &["GET"],
    ),
    (
        "autocomplete/",
        "autocomplete",
        "django.contrib.admin.sites.AdminSite.autocomplete_view",
        &["GET"],
    ),
    ("jsi18n/", "jsi18n", "django.contrib.admin.sites.AdminSite.i18n_javascript", &["GET"]),
    (
        "r/<path:content_type_id>/<path:object_id>/",
        "view_on_site",
        "django.contrib.contenttypes.views.shortcut",
        &["GET"],
    ),
];
