//! Routes as they are put together in many manners: applications inside a package, lists that loops add
//! to, routers that nest, sites of the admin that are built on mixins.

use super::{of, project};

/// Route and name, one line each, and what could not be followed.
fn routes(files: &[(&str, &str)]) -> String {
    let mut all = vec![(
        "manage.py",
        "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"school.settings\")\n",
    )];
    all.extend_from_slice(files);
    listed(&all)
}

fn listed(files: &[(&str, &str)]) -> String {
    let surface = of(&project(files));
    let mut lines = String::new();
    for endpoint in &surface.endpoints {
        let name = endpoint.name.as_deref().unwrap_or("-");
        lines.push_str(&format!("{} {name} {}\n", endpoint.route, endpoint.view));
    }
    for missing in &surface.unresolved {
        lines.push_str(&format!("? {} {}\n", missing.route, missing.why));
    }
    lines
}

/// Without the pages that every site of the admin has.
fn of_models(lines: &str) -> String {
    let is_common = |line: &&str| {
        !(line.contains(" django.contrib.admin.sites.")
            || line.contains(" django.contrib.contenttypes."))
    };
    lines.lines().filter(is_common).map(|line| format!("{line}\n")).collect()
}

#[test]
fn applications_are_imported_from_inside_a_package() {
    let lines = listed(&[
        (
            "school/manage.py",
            "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"core.settings\")\n",
        ),
        ("school/__init__.py", ""),
        ("school/core/__init__.py", ""),
        (
            "school/core/settings.py",
            "ROOT_URLCONF = \"core.urls\"\nAUTH_USER_MODEL = \"pupils.Pupil\"\nINSTALLED_APPS = [\"django.contrib.admin\", \"django.contrib.auth\", \"pupils\"]\n",
        ),
        (
            "school/core/urls.py",
            "from django.contrib import admin\nfrom django.urls import path\n\nurlpatterns = [path(\"admin/\", admin.site.urls)]\n",
        ),
        ("school/pupils/__init__.py", ""),
        (
            "school/pupils/models.py",
            "from django.db import models\n\n\nclass Pupil(models.Model): ...\n",
        ),
        (
            "school/pupils/admin.py",
            "from django.contrib import admin\nfrom django.contrib.auth.models import Group\nfrom pupils.models import Pupil\n\nadmin.site.register(Pupil)\nadmin.site.unregister(Group)\n",
        ),
    ]);
    insta::assert_snapshot!(of_models(&lines), @"
    /admin/pupils/pupil/ admin:pupils_pupil_changelist django.contrib.admin.options.ModelAdmin.changelist_view
    /admin/pupils/pupil/add/ admin:pupils_pupil_add django.contrib.admin.options.ModelAdmin.add_view
    /admin/pupils/pupil/<path:object_id>/history/ admin:pupils_pupil_history django.contrib.admin.options.ModelAdmin.history_view
    /admin/pupils/pupil/<path:object_id>/delete/ admin:pupils_pupil_delete django.contrib.admin.options.ModelAdmin.delete_view
    /admin/pupils/pupil/<path:object_id>/change/ admin:pupils_pupil_change django.contrib.admin.options.ModelAdmin.change_view
    /admin/pupils/pupil/<path:object_id>/ - django.contrib.admin.options.ModelAdmin.view
    ");
}

#[test]
fn what_stands_around_a_loop_is_kept() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        (
            "school/settings.py",
            "from importlib import metadata\n\nROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"school.marks\"]\nfor point in metadata.entry_points(group=\"school\"):\n    INSTALLED_APPS.append(point.value)\n",
        ),
        ("school/views.py", "def home(request): ...\ndef last(request): ...\n"),
        (
            "school/urls.py",
            r#"
from django.conf import settings
from django.urls import include, path
from school import views
from school.plugins import plugins

urlpatterns = [path("", views.home, name="home"), path("marks/", include("school.marks.urls"))]

for plugin in plugins():
    urlpatterns.append(path(plugin.slug, include(plugin.urls)))

if "social_django" in settings.INSTALLED_APPS:
    urlpatterns.append(path("social/", include("social_django.urls")))

if "school.marks" in settings.INSTALLED_APPS:
    urlpatterns += [path("old/", include("school.marks.urls"))]

urlpatterns += [path("last/", views.last, name="last")]
"#,
        ),
        (
            "school/plugins.py",
            "from importlib import metadata\n\n\ndef plugins():\n    \
             return [point.load() for point in metadata.entry_points(group=\"school\")]\n",
        ),
        ("school/marks/__init__.py", ""),
        (
            "school/marks/urls.py",
            "from django.urls import path\nfrom school import views\n\nurlpatterns = [path(\"all/\", views.home, name=\"marks\")]\n",
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    / home school.views.home
    /marks/all/ marks school.views.home
    /old/all/ marks school.views.home
    /last/ last school.views.last
    ? / there may be more: `importlib.metadata.entry_points` is outside the project
    ? / there may be more: not all of INSTALLED_APPS is known
    ");
}

#[test]
fn drf_extensions_nests_what_is_registered() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n"),
        (
            "school/urls.py",
            r#"
from django.urls import include, path
from rest_framework.viewsets import ViewSet
from rest_framework_extensions.routers import ExtendedSimpleRouter


def named(name):
    return {"basename": name}


class Forms(ViewSet):
    lookup_value_regex = "[0-9]+"

    def list(self, request): ...


class Pupils(ViewSet):
    def retrieve(self, request, pk): ...


router = ExtendedSimpleRouter()
forms = router.register("forms", Forms, basename="form")
pupils = forms.register(
    "pupils", Pupils, parents_query_lookups=["form"], **named("form-pupil")
)
pupils.register("marks", Forms, "mark", ["form__pupil", "pupil"])

urlpatterns = [path("api/", include(router.urls))]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /api/forms/$ form-list school.urls.Forms
    /api/forms/(?P<parent_lookup_form>[0-9]+)/pupils/(?P<pk>[^/.]+)/$ form-pupil-detail school.urls.Pupils
    /api/forms/(?P<parent_lookup_form__pupil>[0-9]+)/pupils/(?P<parent_lookup_pupil>[^/.]+)/marks/$ mark-list school.urls.Forms
    ");
}

#[test]
fn the_admin_is_built_on_mixins_and_put_in_place_of_another() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        (
            "school/settings.py",
            "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"django.contrib.admin\", \"django.contrib.sites\", \"school\"]\n",
        ),
        (
            "school/urls.py",
            "from django.contrib import admin\nfrom django.urls import path\n\nurlpatterns = [path(\"admin/\", admin.site.urls)]\n",
        ),
        ("school/models.py", "from django.db import models\n\n\nclass Pupil(models.Model): ...\n"),
        (
            "school/admin.py",
            r#"
from typing import TYPE_CHECKING, Generic, TypeVar

from django.contrib import admin
from django.contrib.sites.admin import SiteAdmin as OfDjango
from django.contrib.sites.models import Site
from django.urls import path
from import_export.admin import ImportMixin
from school.models import Pupil

T = TypeVar("T")

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Pupil]
else:
    Base = admin.ModelAdmin

if admin.site.is_registered(Site):
    admin.site.unregister(Site)


@admin.register(Site)
class SiteAdmin(OfDjango): ...


class Named:
    model = None

    def named(self):
        return (self.model._meta.app_label, self.model._meta.model_name)


class Printed(Named, Generic[T]):
    model: type[T]

    def get_urls(self):
        name = f"{self.model._meta.app_label}_{self.model._meta.model_name}_print"
        urls = [path("print/", self.admin_site.admin_view(self.printed), name=name)]
        urls.append(path("bind/", self.admin_site.admin_view(self.printed), name="%s_%s_bind" % self.named()))
        urls += super().get_urls()
        return urls

    def printed(self, request): ...


@admin.register(Pupil)
class PupilAdmin(ImportMixin, Printed[Pupil], Base): ...
"#,
        ),
    ]);
    insta::assert_snapshot!(of_models(&lines), @"
    /admin/sites/site/ admin:sites_site_changelist school.admin.SiteAdmin.changelist_view
    /admin/sites/site/add/ admin:sites_site_add school.admin.SiteAdmin.add_view
    /admin/sites/site/<path:object_id>/history/ admin:sites_site_history school.admin.SiteAdmin.history_view
    /admin/sites/site/<path:object_id>/delete/ admin:sites_site_delete school.admin.SiteAdmin.delete_view
    /admin/sites/site/<path:object_id>/change/ admin:sites_site_change school.admin.SiteAdmin.change_view
    /admin/sites/site/<path:object_id>/ - school.admin.SiteAdmin.view
    /admin/school/pupil/print/ admin:school_pupil_print school.admin.Printed.printed
    /admin/school/pupil/bind/ admin:school_pupil_bind school.admin.Printed.printed
    /admin/school/pupil/process_import/ admin:school_pupil_process_import school.admin.PupilAdmin.process_import
    /admin/school/pupil/import/ admin:school_pupil_import school.admin.PupilAdmin.import_action
    /admin/school/pupil/ admin:school_pupil_changelist school.admin.PupilAdmin.changelist_view
    /admin/school/pupil/add/ admin:school_pupil_add school.admin.PupilAdmin.add_view
    /admin/school/pupil/<path:object_id>/history/ admin:school_pupil_history school.admin.PupilAdmin.history_view
    /admin/school/pupil/<path:object_id>/delete/ admin:school_pupil_delete school.admin.PupilAdmin.delete_view
    /admin/school/pupil/<path:object_id>/change/ admin:school_pupil_change school.admin.PupilAdmin.change_view
    /admin/school/pupil/<path:object_id>/ - school.admin.PupilAdmin.view
    ");
}

#[test]
fn a_list_of_a_package_and_models_in_place_of_its_own() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        (
            "school/settings.py",
            "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"django.contrib.admin\", \"oauth2_provider\"]\nOAUTH2_PROVIDER_APPLICATION_MODEL = \"keys.Client\"\n",
        ),
        (
            "school/urls.py",
            "from django.contrib import admin\nfrom django.urls import include, path\n\nurlpatterns = [\n    path(\"o/\", include(\"school.oauth\")),\n    path(\"admin/\", admin.site.urls),\n]\n",
        ),
        (
            "school/oauth.py",
            "from oauth2_provider.urls import base_urlpatterns\nfrom lessons.urls import lesson_urls\n\nurlpatterns = base_urlpatterns + lesson_urls\n",
        ),
    ]);
    let kept = |line: &&str| !line.contains("_id>/") && !line.contains("/add/");
    let lines: String =
        of_models(&lines).lines().filter(kept).map(|line| format!("{line}\n")).collect();
    insta::assert_snapshot!(lines, @"
    /o/authorize/ authorize oauth2_provider.views.base.AuthorizationView
    /o/token/ token oauth2_provider.views.base.TokenView
    /o/revoke_token/ revoke-token oauth2_provider.views.base.RevokeTokenView
    /o/introspect/ introspect oauth2_provider.views.introspect.IntrospectTokenView
    /o/device-authorization/ device-authorization oauth2_provider.views.device.DeviceAuthorizationView
    /o/device/ device oauth2_provider.views.device.DeviceUserCodeView
    /admin/oauth2_provider/accesstoken/ admin:oauth2_provider_accesstoken_changelist oauth2_provider.admin.AccessTokenAdmin.changelist_view
    /admin/oauth2_provider/grant/ admin:oauth2_provider_grant_changelist oauth2_provider.admin.GrantAdmin.changelist_view
    /admin/oauth2_provider/idtoken/ admin:oauth2_provider_idtoken_changelist oauth2_provider.admin.IDTokenAdmin.changelist_view
    /admin/oauth2_provider/refreshtoken/ admin:oauth2_provider_refreshtoken_changelist oauth2_provider.admin.RefreshTokenAdmin.changelist_view
    /admin/keys/client/ admin:keys_client_changelist oauth2_provider.admin.ApplicationAdmin.changelist_view
    ? /o/ not in the tree: lessons.urls
    ");
}

#[test]
fn a_urlconf_that_is_included_twice_is_there_twice() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n"),
        (
            "school/urls.py",
            "from django.urls import include, path\n\nurlpatterns = [path(\"\", include(\"school.web\")), path(\"\", include(\"school.web\"))]\n",
        ),
        (
            "school/web.py",
            "from django.urls import path\n\n\ndef home(request): ...\n\n\nurlpatterns = [path(\"home/\", home, name=\"home\")]\n",
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /home/ home school.web.home
    /home/ home school.web.home
    ");
}

#[test]
fn models_are_loaded_by_name_and_taken_off_in_a_loop() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        (
            "school/settings.py",
            "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"django.contrib.admin\", \"django.contrib.auth\", \"django.contrib.sites\", \"school\"]\n",
        ),
        (
            "school/urls.py",
            "from django.contrib import admin\nfrom django.urls import path\n\nurlpatterns = [path(\"admin/\", admin.site.urls)]\n",
        ),
        ("school/models.py", "from django.db import models\n\n\nclass Pupil(models.Model): ...\n"),
        (
            "school/admin.py",
            r#"
import swapper
from django.apps import apps
from django.contrib import admin

Pupil = swapper.load_model("school", "Pupil")

unwanted = [("sites", "Site")]
unwanted.append(("auth", "Group"))

for pair in unwanted:
    model = apps.get_model(*pair)
    if admin.site.is_registered(model):
        admin.site.unregister(model)

for name in ["auth.User"]:
    admin.site.unregister(apps.get_model(name))


@admin.register(Pupil)
class PupilAdmin(admin.ModelAdmin): ...
"#,
        ),
    ]);
    let changelists: Vec<_> =
        lines.lines().filter(|line| line.ends_with(".changelist_view")).collect();
    assert_eq!(
        changelists,
        [
            "/admin/school/pupil/ admin:school_pupil_changelist school.admin.PupilAdmin.changelist_view"
        ]
    );
}

/// Whatever includes what it is given might bind names of the module: under a condition that does not hold,
/// it does not.
#[test]
fn what_a_dead_branch_might_have_bound_takes_no_route_away() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        (
            "school/settings.py",
            "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"pupils\", \"axes\", \"marks\"]\n",
        ),
        (
            "school/urls.py",
            r#"
from importlib import import_module

from django.conf import settings
from django.urls import include, path

def home(request): ...

urlpatterns = [path("", home, name="home")]
for app in settings.INSTALLED_APPS:
    try:
        import_module("%s.urls" % app)
    except ImportError:
        pass
    else:
        urlpatterns += [path("%s/" % app, include("%s.urls" % app))]
if hasattr(settings, "EXTRA_URLS"):
    for extra in settings.EXTRA_URLS:
        urlpatterns += [path(extra[0], include(extra[1]))]
"#,
        ),
        ("pupils/__init__.py", ""),
        (
            "pupils/urls.py",
            "from django.urls import path\n\ndef all(request): ...\n\nurlpatterns = [path(\"\", all)]\n",
        ),
        ("marks/__init__.py", ""),
        (
            "marks/urls.py",
            "from django.urls import path\n\ndef all(request): ...\n\nurlpatterns = [path(\"\", all)]\n",
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    / home school.urls.home
    /pupils/ - pupils.urls.all
    /marks/ - marks.urls.all
    ? /axes/ not in the tree: axes.urls
    ");
}

#[test]
fn routes_of_the_admin_may_be_included_as_a_list() {
    let lines = routes(&[
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n"),
        (
            "school/urls.py",
            r#"
from django.contrib import admin
from django.urls import include, re_path

urlpatterns = [
    re_path(r"^office/", include((admin.site.get_urls(), "admin"), namespace="office")),
]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /^office/ office:index django.contrib.admin.sites.AdminSite.index
    /^office/login/ office:login django.contrib.admin.sites.AdminSite.login
    /^office/logout/ office:logout django.contrib.admin.sites.AdminSite.logout
    /^office/password_change/ office:password_change django.contrib.admin.sites.AdminSite.password_change
    /^office/password_change/done/ office:password_change_done django.contrib.admin.sites.AdminSite.password_change_done
    /^office/autocomplete/ office:autocomplete django.contrib.admin.sites.AdminSite.autocomplete_view
    /^office/jsi18n/ office:jsi18n django.contrib.admin.sites.AdminSite.i18n_javascript
    /^office/r/<path:content_type_id>/<path:object_id>/ office:view_on_site django.contrib.contenttypes.views.shortcut
    /^office/(?P<url>.*)$ - django.contrib.admin.sites.AdminSite.catch_all_view
    ");
}

#[test]
fn what_applications_add_as_they_start_is_told_as_missing() {
    let lines = routes(&[
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"pupils\"]\n"),
        ("school/urls/__init__.py", "from .base import *\n"),
        ("school/urls/base.py", "__all__ = (\"urlpatterns\",)\nurlpatterns = []\n"),
        ("pupils/__init__.py", ""),
        (
            "pupils/apps.py",
            r#"
from django.apps import AppConfig
from django.urls import include, re_path


class Pupils(AppConfig):
    name = "pupils"

    def ready(self):
        from school.urls import urlpatterns as all_of_them

        all_of_them += [re_path(r"^pupils/", include(self.name + ".urls"))]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"? / there may be more: code elsewhere adds to the list");
}

#[test]
fn models_under_decorators_are_shown_and_those_that_are_not_known_are_told() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        (
            "school/settings.py",
            "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"django.contrib.admin\", \"school\"]\n",
        ),
        (
            "school/urls.py",
            "from django.contrib import admin\nfrom django.urls import path\n\nurlpatterns = [path(\"admin/\", admin.site.urls)]\n",
        ),
        (
            "school/models.py",
            "import reversion\nfrom django.db import models\n\n\n@reversion.register(follow=[\"marks\"])\nclass Pupil(models.Model): ...\nclass Room(models.Model): ...\n",
        ),
        (
            "school/admin.py",
            r#"
from django.conf import settings
from django.contrib import admin
from school.models import Pupil, Room
from school.plugins import shown

admin.site.register(Pupil)
admin.site.register(shown())

if getattr(settings, "SHOWS_ROOMS", False):

    @admin.register(Room)
    class RoomAdmin(admin.ModelAdmin): ...
"#,
        ),
        (
            "school/plugins.py",
            "from importlib import metadata\n\n\ndef shown():\n    return metadata.entry_points(group=\"school\")[0].load()\n",
        ),
    ]);
    insta::assert_snapshot!(of_models(&lines), @"
    /admin/school/pupil/ admin:school_pupil_changelist django.contrib.admin.options.ModelAdmin.changelist_view
    /admin/school/pupil/add/ admin:school_pupil_add django.contrib.admin.options.ModelAdmin.add_view
    /admin/school/pupil/<path:object_id>/history/ admin:school_pupil_history django.contrib.admin.options.ModelAdmin.history_view
    /admin/school/pupil/<path:object_id>/delete/ admin:school_pupil_delete django.contrib.admin.options.ModelAdmin.delete_view
    /admin/school/pupil/<path:object_id>/change/ admin:school_pupil_change django.contrib.admin.options.ModelAdmin.change_view
    /admin/school/pupil/<path:object_id>/ - django.contrib.admin.options.ModelAdmin.view
    ? /admin/ a model that the admin shows is not known
    ");
}

/// A project whose admin is a site of its own, put in place in one way or another.
fn own_site(settings: &str, files: &[(&str, &str)]) -> String {
    let mut all = vec![
        ("school/__init__.py", ""),
        ("school/settings.py", settings),
        (
            "school/urls.py",
            "from django.contrib import admin\nfrom django.urls import path\n\nurlpatterns = [path(\"admin/\", admin.site.urls)]\n",
        ),
        (
            "school/site.py",
            r#"
from django.contrib import admin
from django.urls import path


class SchoolSite(admin.AdminSite):
    def get_urls(self):
        return [path("today/", self.today, name="today"), *super().get_urls()]

    def today(self, request): ...
"#,
        ),
        (
            "school/models.py",
            "from django.db import models\n\n\nclass Pupil(models.Model): ...\nclass Room(models.Model): ...\n",
        ),
    ];
    all.extend_from_slice(files);
    let lines = of_models(&routes(&all));
    let is_list = |line: &&str| !line.contains("object_id") && !line.contains("/add/");
    lines.lines().filter(is_list).map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_admin_s_site_may_be_named_by_the_class_that_configures_it() {
    let lines = own_site(
        "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"school.apps.SchoolAdmin\", \"django.contrib.auth\", \"school\"]\n",
        &[
            (
                "school/apps.py",
                "from django.contrib.admin.apps import AdminConfig\n\n\nclass SchoolAdmin(AdminConfig):\n    default_site = \"school.site.SchoolSite\"\n",
            ),
            (
                "school/admin.py",
                "from django.contrib import admin\nfrom school.models import Pupil\n\n\n@admin.register(Pupil)\nclass PupilAdmin(admin.ModelAdmin): ...\n",
            ),
        ],
    );
    insta::assert_snapshot!(lines, @"
    /admin/today/ admin:today school.site.SchoolSite.today
    /admin/auth/group/ admin:auth_group_changelist django.contrib.auth.admin.GroupAdmin.changelist_view
    /admin/auth/user/<id>/password/ admin:auth_user_password_change django.contrib.auth.admin.UserAdmin.user_change_password
    /admin/auth/user/ admin:auth_user_changelist django.contrib.auth.admin.UserAdmin.changelist_view
    /admin/school/pupil/ admin:school_pupil_changelist school.admin.PupilAdmin.changelist_view
    ");
}

#[test]
fn what_was_registered_before_the_site_was_bound_anew_is_shown_nowhere() {
    let lines = own_site(
        "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"django.contrib.admin\", \"django.contrib.auth\", \"school\"]\n",
        &[(
            "school/admin.py",
            r#"
from django.contrib import admin
from school.models import Pupil, Room
from school.site import SchoolSite


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin): ...


admin.site = SchoolSite()
admin.site.register(Pupil)
"#,
        )],
    );
    insta::assert_snapshot!(lines, @"
    /admin/today/ admin:today school.site.SchoolSite.today
    /admin/school/pupil/ admin:school_pupil_changelist django.contrib.admin.options.ModelAdmin.changelist_view
    ");
}

#[test]
fn a_prefix_of_run_time_loses_nothing_below_it() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        (
            "school/settings.py",
            "import environ\n\nenv = environ.Env()\nenviron.Env.read_env(\"/etc/school/env\")\n\
             ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\nDEBUG = env.bool(\"SCHOOL_DEBUG\")\n",
        ),
        ("school/views.py", "def home(request): ...\ndef marks(request): ...\n"),
        (
            "school/urls.py",
            r#"
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _, pgettext
from school import options, views
from school.settings import DEBUG

below = [path("marks/", views.marks, name="marks"), path(_("home/"), views.home, name="home")]

urlpatterns = [
    path(options.prefix(), include(below)),
    re_path(r"^%s/" % pgettext("part of an address", "pupils"), include(below)),
    path(f"{options.prefix()}/all/", views.home),
]
# What is there while someone debugs is not there for visitors.
if DEBUG:
    urlpatterns += [path("debug/", views.home)]
"#,
        ),
        (
            "school/options.py",
            "import shelve\n\n\ndef prefix():\n    return shelve.open(\"x\")[\"prefix\"]\n",
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /…marks/ marks school.views.marks
    /…home/ home school.views.home
    /^pupils/marks/ marks school.views.marks
    /^pupils/home/ home school.views.home
    /…/all/ - school.views.home
    ? / the route is put together at run time, shown as `…`
    ? / the route is put together at run time, shown as `…`
    ");
}

#[test]
fn routes_of_the_admin_may_be_taken_apart() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        (
            "school/settings.py",
            "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"django.contrib.admin\", \"school.pupils\"]\n",
        ),
        ("school/views.py", "def close(request): ...\n"),
        ("school/pupils/__init__.py", ""),
        (
            "school/pupils/models.py",
            "from django.db import models\n\n\nclass Pupil(models.Model): ...\n",
        ),
        (
            "school/pupils/admin.py",
            "from django.contrib import admin\nfrom school.pupils.models import Pupil\n\nadmin.site.register(Pupil)\n",
        ),
        (
            "school/urls.py",
            r#"
from django.contrib import admin
from django.urls import path
from school import views

inside = admin.site.urls[0]
inside.insert(0, path("close/", views.close, name="close"))

urlpatterns = [path("admin/", (inside, admin.site.urls[1], admin.site.urls[2]))]
"#,
        ),
    ]);
    insta::assert_snapshot!(of_models(&lines), @"
    /admin/close/ admin:close school.views.close
    /admin/pupils/pupil/ admin:pupils_pupil_changelist django.contrib.admin.options.ModelAdmin.changelist_view
    /admin/pupils/pupil/add/ admin:pupils_pupil_add django.contrib.admin.options.ModelAdmin.add_view
    /admin/pupils/pupil/<path:object_id>/history/ admin:pupils_pupil_history django.contrib.admin.options.ModelAdmin.history_view
    /admin/pupils/pupil/<path:object_id>/delete/ admin:pupils_pupil_delete django.contrib.admin.options.ModelAdmin.delete_view
    /admin/pupils/pupil/<path:object_id>/change/ admin:pupils_pupil_change django.contrib.admin.options.ModelAdmin.change_view
    /admin/pupils/pupil/<path:object_id>/ - django.contrib.admin.options.ModelAdmin.view
    ");
}

#[test]
fn what_a_package_brings_for_an_application_that_nobody_sees_is_not_there() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        (
            "school/settings.py",
            "import plugins\n\nROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"school\", \"debug_toolbar\"]\nINSTALLED_APPS += plugins.installed()\n",
        ),
        ("school/views.py", "def keys(request): ...\n"),
        (
            "school/urls.py",
            r#"
from django.apps import apps
from django.urls import path
from school import views

urlpatterns = []
if apps.is_installed("school"):
    urlpatterns.append(path("", views.keys))
if apps.is_installed("allauth.mfa"):
    urlpatterns.append(path("keys/", views.keys))
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    / - school.views.keys
    ? / there may be more: not all of INSTALLED_APPS is known
    ");
}

#[test]
fn an_admin_site_is_included_as_it_is_handed_over() {
    let urls = |line: &str| {
        let urls = format!(
            "from django.contrib import admin\nfrom django.urls import include, path\n\n\
             from school.site import site\n\nurlpatterns = [{line}]\n"
        );
        let lines = routes(&[
            ("school/__init__.py", ""),
            (
                "school/settings.py",
                "ROOT_URLCONF = \"school.urls\"\n\
                 INSTALLED_APPS = [\"django.contrib.admin\", \"school\"]\n",
            ),
            ("school/urls.py", &urls),
            (
                "school/models.py",
                "from django.db import models\n\n\nclass Pupil(models.Model): ...\n",
            ),
            (
                "school/site.py",
                "from django.contrib import admin\n\n\n\
                 class SchoolSite(admin.AdminSite):\n    site_header = \"School\"\n\n\n\
                 site = SchoolSite(name=\"school\")\n",
            ),
            (
                "school/admin.py",
                "from django.contrib import admin\n\nfrom school.models import Pupil\n\
                 from school.site import site\n\nsite.register(Pupil)\n\
                 admin.site.register(Pupil)\n",
            ),
        ]);
        lines.lines().filter(|line| line.contains("changelist")).collect::<Vec<_>>().join("\n")
    };
    let own = urls("path(\"office/\", site.urls)");
    insta::assert_snapshot!(own, @"/office/school/pupil/ school:school_pupil_changelist django.contrib.admin.options.ModelAdmin.changelist_view");
    assert_eq!(urls("path(\"office/\", include(site.urls))"), own);
    let default = urls("path(\"office/\", admin.site.urls)");
    insta::assert_snapshot!(default, @"/office/school/pupil/ admin:school_pupil_changelist django.contrib.admin.options.ModelAdmin.changelist_view");
    assert_eq!(urls("path(\"office/\", include(admin.site.urls))"), default);
}

#[test]
fn a_list_that_many_conditions_add_to_is_included_whole() {
    let lines = routes(&[
        ("school/__init__.py", ""),
        (
            "school/settings.py",
            r#"
import os

FEATURES = os.environ["FEATURES"].split()
ROOT_URLCONF = "school.urls"
INSTALLED_APPS = []
"#,
        ),
        (
            "school/urls.py",
            r#"
from django.conf import settings
from django.urls import include, path

from school import views

_pages = [path("pupils/", views.pupils)]
if "marks" in settings.FEATURES:
    _pages.append(path("marks/", views.marks))
if "meals" in settings.FEATURES:
    _pages.append(path("meals/", views.meals))
if "trips" in settings.FEATURES:
    _pages.append(path("trips/", views.trips))
if "clubs" in settings.FEATURES:
    _pages += [path("clubs/", views.clubs)]
if "books" in settings.FEATURES:
    _pages.append(path("books/", views.books))

urlpatterns = [path("school/", include(_pages))]
"#,
        ),
        (
            "school/views.py",
            r#"
def pupils(request): ...
def marks(request): ...
def meals(request): ...
def trips(request): ...
def clubs(request): ...
def books(request): ...
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @r#"
    /school/pupils/ - school.views.pupils
    /school/marks/ - school.views.marks
    /school/meals/ - school.views.meals
    /school/trips/ - school.views.trips
    /school/clubs/ - school.views.clubs
    /school/books/ - school.views.books
    "#);
}
