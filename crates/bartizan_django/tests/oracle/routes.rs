//! The routes of a shop, compared with what Django's own resolver finds in it.

use std::fs;
use std::process::Command;

use bartizan_base::FilePath;
use bartizan_django::endpoints::surface;
use bartizan_django::settings::{Defaults, Settings, environments};
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Evaluator, Variables};

use super::{django, here};

const FILES: &[(&str, &str)] = &[
    ("shop/__init__.py", ""),
    (
        "shop/settings.py",
        r#"
SECRET_KEY = "not-a-key"
ROOT_URLCONF = "shop.urls"
LANGUAGE_CODE = "de"
USE_I18N = True
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
MIDDLEWARE = []
MEDIA_URL = "/media/"
"#,
    ),
    (
        "shop/views.py",
        r#"
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView


def index(request):
    return HttpResponse("")


@login_required
def orders(request):
    return HttpResponse("")


@csrf_exempt
@require_POST
def hook(request):
    return HttpResponse("")


class Basket(LoginRequiredMixin, View):
    def get(self, request):
        return HttpResponse("")

    def post(self, request):
        return HttpResponse("")


class Returns(View):
    def get(self, request):
        return HttpResponse("")

    @method_decorator(login_required)
    def post(self, request):
        return HttpResponse("")


class About(TemplateView):
    template_name = "about.html"
"#,
    ),
    ("shop/catalogue/__init__.py", ""),
    (
        "shop/catalogue/urls.py",
        r#"
from django.urls import path, re_path

from shop import views

app_name = "catalogue"

urlpatterns = [
    path("", views.index, name="list"),
    re_path(r"^(?P<slug>[-\w]+)/$", views.index, name="product"),
]
urlpatterns += [path(f"by-{field}/", views.index, name=f"by-{field}") for field in ("price", "name")]
"#,
    ),
    (
        "shop/urls.py",
        r#"
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from shop import views
from shop.catalogue import urls as catalogue

extra = [path("hook/", views.hook, name="hook")]

urlpatterns = [
    path("", views.index, name="home"),
    path("orders/", views.orders, name="orders"),
    path("basket/<int:pk>/", views.Basket.as_view(), name="basket"),
    path("returns/", views.Returns.as_view(), name="returns"),
    path("staff/basket/", login_required(views.Basket.as_view()), name="staff-basket"),
    re_path(r"^old/(?P<year>[0-9]{4})/$", RedirectView.as_view(url="/")),
    path("catalogue/", include("shop.catalogue.urls")),
    path("second/", include(catalogue, namespace="second")),
    path("accounts/", include("django.contrib.auth.urls")),
    path("tools/", include((extra, "tools"))),
    path("plain/", include(extra)),
]
urlpatterns += i18n_patterns(path("about/", views.About.as_view(), name="about"))
urlpatterns += static(settings.MEDIA_URL, document_root="/tmp")
if settings.DEBUG:
    urlpatterns.append(path("debug/", views.index))
"#,
    ),
];

/// What an admin of a clinic adds to its pages, and calls after its models.
const ADMIN: &[(&str, &str)] = &[
    ("clinic/__init__.py", ""),
    (
        "clinic/settings.py",
        r#"
SECRET_KEY = "not-a-key"
ROOT_URLCONF = "clinic.urls"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.admindocs",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "clinic",
]
try:
    import a_package_that_nobody_has
    INSTALLED_APPS += ["a_package_that_nobody_has"]
except ImportError:
    pass
"#,
    ),
    (
        "clinic/models.py",
        r#"
from django.db import models


class Visit(models.Model):
    day = models.DateField()


class Ward(models.Model):
    beds = models.IntegerField()

    class Meta:
        app_label = "house"


class Bed(models.Model):
    class Meta:
        app_label = "house"


class Door(models.Model):
    class Meta:
        app_label = "house"


class Floor(models.Model):
    class Meta:
        app_label = "house"


class Lamp(models.Model):
    class Meta:
        app_label = "house"


class Lift(models.Model):
    class Meta:
        app_label = "house"


class Roof(models.Model):
    class Meta:
        app_label = "house"


class Stair(models.Model):
    class Meta:
        app_label = "house"


class Wall(models.Model):
    class Meta:
        app_label = "house"


class Window(models.Model):
    class Meta:
        app_label = "house"


class Note(models.Model):
    class Meta:
        app_label = "house"


class Slip(models.Model):
    class Meta:
        app_label = "house"
"#,
    ),
    (
        "clinic/admin.py",
        r#"
from functools import update_wrapper

from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import path, re_path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from clinic import models
from clinic.models import Visit, Ward


class Printed(admin.ModelAdmin):
    def get_urls(self):
        info = f"{self.model._meta.app_label}_{self.model._meta.model_name}"

        def page(regex, view):
            return re_path(regex, self.admin_site.admin_view(view), name=f"{info}_{view.__name__}")

        return [page(r"^letter/$", self.letter), page(r"^sent/$", self.sent)] + super().get_urls()

    def letter(self, request): ...

    @method_decorator(require_POST)
    def sent(self, request): ...


@admin.register(Visit)
class VisitAdmin(Printed):
    pass


@admin.register(Ward)
class WardAdmin(admin.ModelAdmin):
    def get_urls(self):
        def wrap(view):
            def wrapper(*args, **kwargs):
                return self.admin_site.admin_view(view)(*args, **kwargs)

            return update_wrapper(wrapper, view)

        info = self.opts.app_label, self.opts.model_name
        return [path("beds/", wrap(self.beds), name="%s_%s_beds" % info)] + super().get_urls()

    def beds(self, request): ...


class GroupAdmin(admin.ModelAdmin):
    def get_urls(self):
        name = f"{self.model._meta.label_lower}-members"
        view = self.admin_site.admin_view(self.members)
        return [path("members/", view, name=name)] + super().get_urls()

    def members(self, request): ...


admin.site.unregister(Group)
admin.site.register(Group, GroupAdmin)

# More than a value is ever followed in ways.
for model in [
    models.Bed,
    models.Door,
    models.Floor,
    models.Lamp,
    models.Lift,
    models.Roof,
    models.Stair,
    models.Wall,
    models.Window,
]:
    admin.site.register(model)

for model, shown in [(models.Note, admin.ModelAdmin), (models.Slip, Printed)]:
    admin.site.register(model, shown)
"#,
    ),
    (
        "clinic/urls.py",
        r#"
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/doc/", include("django.contrib.admindocs.urls")),
    path("admin/", admin.site.urls),
]
"#,
    ),
];

/// A developer's server, which gives out files too.
const SERVED: &[(&str, &str)] = &[
    ("stall/__init__.py", ""),
    (
        "stall/settings.py",
        r#"
SECRET_KEY = "not-a-key"
DEBUG = True
ROOT_URLCONF = "stall.urls"
INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "assets/"
MEDIA_URL = "/media/"
PICTURES_URL = "https://pictures.example.com/"
"#,
    ),
    (
        "stall/urls.py",
        r#"
from django.conf import settings
from django.conf.urls.static import static
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import include, path
from django.views.generic import TemplateView

urlpatterns = [
    path("", TemplateView.as_view(template_name="home.html"), name="home"),
    *static(settings.MEDIA_URL, document_root="/tmp"),
    path("below/", include(static("/thumbs/", document_root="/tmp"))),
]
urlpatterns += static(settings.PICTURES_URL, document_root="/tmp")
if settings.DEBUG:
    urlpatterns += staticfiles_urlpatterns()
"#,
    ),
];

pub(super) fn ours(files: &[(&str, &str)]) -> Vec<(String, String, String, String)> {
    let files = files.iter().map(|(path, text)| {
        let path = FilePath::new(path).unwrap();
        let reading = bartizan_python::read(&path, text.as_bytes());
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    });
    let project = Project::link(files.collect(), Models::for_packages(["django"]));
    let evaluator = Evaluator::new(&project);
    let found = environments(&project, &evaluator, &[], &[]);
    let [environment] = found.as_slice() else { panic!("one environment, not {found:?}") };
    let defaults = Defaults::latest();
    let settings =
        Settings::of(&project, &evaluator, environment, &defaults, &Variables::defaults());
    let surface = surface(&project, &evaluator, &settings);
    let told = ["there may be more", "what the admin shows of packages"];
    let is_told = |why: &str| told.iter().any(|begins| why.starts_with(begins));
    let untold: Vec<_> = surface.unresolved.iter().filter(|row| !is_told(&row.why)).collect();
    assert!(untold.is_empty(), "{untold:#?}");
    let mut rows: Vec<_> = surface
        .endpoints
        .iter()
        .map(|endpoint| {
            let route = endpoint.route.strip_prefix('/').unwrap().to_owned();
            let reach: Vec<&str> =
                endpoint.access.iter().map(|access| access.reach.as_str()).collect();
            let guard = format!(
                "{} {} {}",
                endpoint.methods.join(","),
                reach.join("/"),
                endpoint.csrf.as_str()
            );
            (route, endpoint.name.clone().unwrap_or_default(), endpoint.view.clone(), guard)
        })
        .collect();
    rows.sort();
    rows
}

/// Routes, names and views, as Django itself says them.
pub(super) fn theirs(files: &[(&str, &str)], settings: &str) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Names of settings are read through `settings`, as the code has it.
        fs::write(path, text).unwrap();
    }
    let asked = Command::new("python3")
        .arg(here().join("routes.py"))
        .arg(settings)
        .current_dir(folder.path())
        .env("PYTHONPATH", django("5.2.19", "python3"))
        .output()
        .unwrap();
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    let text = String::from_utf8(asked.stdout).unwrap();
    let mut rows: Vec<Vec<String>> =
        text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect();
    rows.sort();
    rows
}

#[test]
fn routes_are_what_the_resolver_finds() {
    let mut ours = ours(FILES);
    for (.., view, _) in &mut ours {
        // Named as the URLconf imports it.
        *view = view
            .replace("django.views.generic.RedirectView", "django.views.generic.base.RedirectView");
    }
    let routes: Vec<Vec<String>> =
        ours.into_iter().map(|(route, name, view, _)| vec![route, name, view]).collect();
    assert_eq!(routes, theirs(FILES, "shop.settings"));
}

#[test]
fn pages_of_the_admin_are_called_after_their_models() {
    let named = |rows: Vec<Vec<String>>| -> Vec<(String, String)> {
        rows.into_iter()
            .map(|row| (row[0].clone(), row[1].clone()))
            // Which labels there are is not known while an application may be missing.
            .filter(|(_, name)| name != "admin:app_list")
            .collect()
    };
    let ours = ours(ADMIN);
    let beds = ours.iter().find(|(_, name, ..)| name == "admin:house_ward_beds").unwrap();
    assert_eq!(beds.2, "clinic.admin.WardAdmin.beds");
    assert_eq!(beds.3, " staff no");
    let ours = ours.into_iter().map(|(route, name, ..)| vec![route, name]).collect();
    assert_eq!(named(ours), named(theirs(ADMIN, "clinic.settings")));
}

#[test]
fn files_of_a_developers_server_are_routes() {
    let routes = |rows: Vec<Vec<String>>| -> Vec<(String, String)> {
        rows.into_iter().map(|row| (row[0].clone(), row[2].clone())).collect()
    };
    let mut ours = ours(SERVED);
    for (.., view, _) in &mut ours {
        *view = view
            .replace("django.views.generic.TemplateView", "django.views.generic.base.TemplateView");
    }
    let ours = ours.into_iter().map(|(route, name, view, _)| vec![route, name, view]).collect();
    assert_eq!(routes(ours), routes(theirs(SERVED, "stall.settings")));
}

#[test]
fn guards_are_told_with_the_routes() {
    let ours = ours(FILES);
    let of = |route: &str| {
        let (.., guard) = ours.iter().find(|(known, ..)| known == route).unwrap();
        guard.as_str()
    };
    assert_eq!(of(""), " anonymous no");
    assert_eq!(of("orders/"), " login no");
    assert_eq!(of("basket/<int:pk>/"), "GET,POST login no");
    assert_eq!(of("staff/basket/"), "GET,POST login no");
    assert_eq!(of("returns/"), "GET,POST anonymous/login no");
    assert_eq!(of("tools/hook/"), "POST anonymous exempt");
    assert_eq!(of("accounts/password_change/"), "GET,POST,PUT login no");
    assert_eq!(of("accounts/login/"), "GET,POST,PUT anonymous no");
    assert_eq!(of("de/about/"), "GET anonymous no");
}
