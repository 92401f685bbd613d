//! Who gets in, and how often, as small projects say it: permission classes joined and chosen by code,
//! tests of users, throttles, view sets of Wagtail, applications without a site.
#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

mod doors;
mod guards;
mod methods;
mod mixins;
mod objects;
mod packages;
mod urls;

use bartizan_base::FilePath;
use bartizan_django::effects;
use bartizan_django::endpoints::{Surface, library, surface};
use bartizan_django::registries::Registries;
use bartizan_django::settings::{Defaults, Settings, environments};
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Evaluator, Variables};

const SETTINGS: &str = r#"
ROOT_URLCONF = "school.urls"
INSTALLED_APPS = ["school"]
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
}
"#;

fn project(files: &[(&str, &str)]) -> Project {
    let files = files.iter().map(|(path, text)| {
        let path = FilePath::new(path).unwrap();
        let reading = bartizan_python::read(&path, text.as_bytes());
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    });
    Project::link(
        files.collect(),
        Models::for_packages([
            "django",
            "allauth",
            "rest_framework",
            "wagtail",
            "djoser",
            "oauth2_provider",
            "guardian",
            "graphene_django",
            "rest_framework_simplejwt",
            "import_export",
            "rest_framework_json_api",
            "drf_rw_serializers",
        ]),
    )
}

fn of(project: &Project) -> Surface {
    let evaluator = Evaluator::new(project);
    let found = environments(project, &evaluator, &[], &[]);
    let defaults = Defaults::latest();
    let variables = Variables::defaults();
    let settings = Settings::of(project, &evaluator, &found[0], &defaults, &variables);
    surface(project, &evaluator, &settings)
}

/// Route, methods, who gets in, whether somebody counts: one line for each set of methods.
fn lines(surface: &Surface) -> String {
    let mut lines = String::new();
    for endpoint in &surface.endpoints {
        for access in &endpoint.access {
            lines.push_str(&format!(
                "{} {} {} {}\n",
                endpoint.route,
                match access.methods.is_empty() {
                    true => "any".to_owned(),
                    false => access.methods.join(","),
                },
                access.reach.as_str(),
                endpoint.throttle.as_str(),
            ));
        }
    }
    for missing in &surface.unresolved {
        lines.push_str(&format!("? {} {}\n", missing.route, missing.why));
    }
    lines
}

fn school(urls: &str, views: &str) -> String {
    lines(&of(&project(&[
        (
            "manage.py",
            "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"school.settings\")\n",
        ),
        ("school/__init__.py", ""),
        ("school/settings.py", SETTINGS),
        ("school/urls.py", urls),
        ("school/views.py", views),
    ])))
}

#[test]
fn permission_classes_are_joined() {
    let lines = school(
        r#"
from django.urls import path
from school import views

urlpatterns = [
    path("either/", views.Either.as_view()),
    path("open/", views.Open.as_view()),
    path("both/", views.Both.as_view()),
    path("rows/", views.Rows.as_view()),
    path("guests/", views.Guests.as_view()),
]
"#,
        r#"
from rest_framework.permissions import AllowAny, BasePermission, IsAdminUser, IsAuthenticated, SAFE_METHODS
from rest_framework.views import APIView


class IsTeacher(BasePermission):
    def has_permission(self, request, view):
        return request.user.has_perm("school.teach")


class ReadOnly(BasePermission):
    def has_permission(self, request, view):
        return request.method in SAFE_METHODS


class IsOwner(BasePermission):
    def has_object_permission(self, request, view, obj):
        return obj.owner == request.user


class Guests(APIView):
    permission_classes = [~IsAuthenticated]

    def post(self, request): ...


class Either(APIView):
    permission_classes = [IsTeacher | IsAdminUser]

    def get(self, request): ...


class Open(APIView):
    permission_classes = [IsTeacher | ReadOnly]

    def get(self, request): ...
    def post(self, request): ...


class Both(APIView):
    permission_classes = [IsAuthenticated & IsAdminUser]

    def get(self, request): ...


class Rows(APIView):
    permission_classes = [IsOwner]

    def get(self, request): ...
"#,
    );
    insta::assert_snapshot!(lines, @"
    /either/ GET permission no
    /open/ GET anonymous no
    /open/ POST unknown no
    /both/ GET staff no
    /rows/ GET anonymous no
    /guests/ POST anonymous no
    ");
}

#[test]
fn code_chooses_permissions_by_action() {
    let lines = school(
        r#"
from django.urls import include, path
from rest_framework.routers import SimpleRouter
from school import views

router = SimpleRouter()
router.register("pupils", views.PupilViewSet, basename="pupil")
router.register("marks", views.MarkViewSet, basename="mark")
router.register("rooms", views.RoomViewSet, basename="room")
urlpatterns = [path("", include(router.urls)), path("me/", views.Me.as_view())]
"#,
        r#"
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAdminUser, IsAuthenticated
from rest_framework.viewsets import ModelViewSet
from rest_framework.views import APIView


class PupilViewSet(ModelViewSet):
    def get_permissions(self):
        if self.action in ("list", "retrieve"):
            permission_classes = [AllowAny]
        else:
            permission_classes = [IsAdminUser]
        return [permission() for permission in permission_classes]

    @action(detail=True, methods=["post"])
    def move(self, request, pk): ...


class MarkViewSet(ModelViewSet):
    permission_classes_by_action = {"create": [IsAdminUser], "list": [AllowAny]}

    def get_permissions(self):
        try:
            return [permission() for permission in self.permission_classes_by_action[self.action]]
        except KeyError:
            return [permission() for permission in self.permission_classes]


class RoomViewSet(ModelViewSet):
    def get_permissions(self):
        if self.request.method == "GET":
            return [AllowAny()]
        return super().get_permissions()


class Me(APIView):
    throttle_scope = "me"

    def get_permissions(self):
        return rights_of(self)

    def get(self, request): ...
"#,
    );
    insta::assert_snapshot!(lines, @r"
    /^pupils/$ GET anonymous no
    /^pupils/$ POST staff no
    /^pupils/(?P<pk>[^/.]+)/$ GET anonymous no
    /^pupils/(?P<pk>[^/.]+)/$ PUT,PATCH,DELETE staff no
    /^pupils/(?P<pk>[^/.]+)/move/$ POST staff no
    /^marks/$ GET anonymous no
    /^marks/$ POST staff no
    /^marks/(?P<pk>[^/.]+)/$ GET,PUT,PATCH,DELETE login no
    /^rooms/$ GET anonymous no
    /^rooms/$ POST login no
    /^rooms/(?P<pk>[^/.]+)/$ GET anonymous no
    /^rooms/(?P<pk>[^/.]+)/$ PUT,PATCH,DELETE login no
    /me/ GET unknown yes
    ");
}

#[test]
fn a_permission_may_ask_for_the_action() {
    let lines = school(
        r#"
from django.urls import include, path
from rest_framework.routers import SimpleRouter
from school import views

router = SimpleRouter()
router.register("pupils", views.PupilViewSet, basename="pupil")
router.register("marks", views.MarkViewSet, basename="mark")
router.register("rooms", views.RoomViewSet, basename="room")
urlpatterns = [
    path("", include(router.urls)),
    path("by-hand/", views.PupilViewSet.as_view({"post": "update"})),
    path("news/", views.News.as_view()),
    path("minutes/", views.Minutes.as_view()),
]
"#,
        r#"
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission, IsAdminUser
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet


class OfAction(BasePermission):
    OPEN = ["list", "photo"]

    def has_permission(self, request, view):
        if view.action in self.OPEN:
            return True
        if not request.user.is_authenticated:
            return False
        if view.detail:
            return True  # The row is asked later.
        return request.user.has_perm("school.add_pupil")


class PupilViewSet(ModelViewSet):
    permission_classes = [OfAction]

    @action(detail=True)
    def photo(self, request, pk): ...

    @action(detail=False, methods=["post"])
    def sort(self, request): ...


class MarkViewSet(ModelViewSet):
    def get_permissions(self):
        return [OfAction()]


class RoomViewSet(ModelViewSet):
    permission_classes = [IsAdminUser | OfAction]


class UnlessOpen(BasePermission):
    def has_permission(self, request, view):
        if hasattr(view, "is_closed") and view.is_closed:
            return request.user.is_authenticated
        return True


class News(APIView):
    permission_classes = [UnlessOpen]

    def get(self, request): ...


class Minutes(News):
    is_closed = True
"#,
    );
    insta::assert_snapshot!(lines, @r"
    /^pupils/$ GET anonymous no
    /^pupils/$ POST permission no
    /^pupils/sort/$ POST permission no
    /^pupils/(?P<pk>[^/.]+)/$ GET,PUT,PATCH,DELETE login no
    /^pupils/(?P<pk>[^/.]+)/photo/$ GET anonymous no
    /^marks/$ GET anonymous no
    /^marks/$ POST permission no
    /^marks/(?P<pk>[^/.]+)/$ GET,PUT,PATCH,DELETE login no
    /^rooms/$ GET anonymous no
    /^rooms/$ POST permission no
    /^rooms/(?P<pk>[^/.]+)/$ GET,PUT,PATCH,DELETE login no
    /by-hand/ POST permission no
    /news/ GET anonymous no
    /minutes/ GET login no
    ");
}

#[test]
fn tests_of_users_are_read() {
    let lines = school(
        r#"
from django.urls import path
from school import views

urlpatterns = [
    path("mine/", views.mine),
    path("staff/", views.staff),
    path("group/", views.group),
    path("logs/", views.Logs.as_view()),
]
"#,
        r#"
from django.contrib.auth.decorators import user_passes_test
from django.utils.decorators import method_decorator
from django.views import View
from django_ratelimit.decorators import ratelimit


def is_staff(user):
    return user.is_active and user.is_staff


@ratelimit(key="ip", rate="5/m")
@user_passes_test(lambda user: user.is_authenticated)
def mine(request): ...


@user_passes_test(is_staff, login_url="/login/")
def staff(request): ...


@user_passes_test(lambda user: user.groups.filter(name="teachers").exists())
def group(request): ...


@method_decorator(user_passes_test(is_staff), name="dispatch")
@method_decorator(ratelimit(key="ip", rate="5/m"), name="dispatch")
class Logs(View):
    def get(self, request): ...
"#,
    );
    insta::assert_snapshot!(lines, @r"
    /mine/ any login yes
    /staff/ any staff no
    /group/ any permission no
    /logs/ GET staff yes
    ");
}

#[test]
fn snippets_and_view_sets_of_wagtail() {
    let project = project(&[
        (
            "manage.py",
            "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"school.settings\")\n",
        ),
        ("school/__init__.py", ""),
        ("school/settings.py", SETTINGS),
        (
            "school/urls.py",
            "from django.urls import include, path\nfrom wagtail.admin import urls as cms\n\nurlpatterns = [path(\"cms/\", include(cms))]\n",
        ),
        (
            "school/models.py",
            r#"
from django.db import models
from wagtail.models import PreviewableMixin
from wagtail.snippets.models import register_snippet


@register_snippet
class Notice(PreviewableMixin, models.Model):
    text = models.TextField()


class Pupil(models.Model):
    number = models.UUIDField(primary_key=True)
"#,
        ),
        (
            "school/wagtail_hooks.py",
            r#"
from django.urls import path
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from school.models import Pupil


class PupilViewSet(ModelViewSet):
    model = Pupil
    copy_view_enabled = False


class Timetable(ViewSet):
    name = "timetable"

    def week(self, request): ...

    def get_urlpatterns(self):
        return super().get_urlpatterns() + [path("", self.week, name="week")]


@hooks.register("register_admin_viewset")
def view_sets():
    return [PupilViewSet("pupils"), Timetable()]


@hooks.register("register_admin_urls")
def more():
    return [path("bell/", ring, name="bell")]


def ring(request): ...
"#,
        ),
    ]);
    let all = lines(&of(&project));
    let own: Vec<&str> = all
        .lines()
        .filter(|line| {
            ["pupils", "timetable", "bell", "notice"].iter().any(|own| line.contains(own))
        })
        .collect();
    insta::assert_snapshot!(own.join("\n"), @r"
    /cms/bell/ any permission no
    /cms/pupils/ any permission unknown
    /cms/pupils/results/ any permission unknown
    /cms/pupils/new/ GET,POST,PUT permission unknown
    /cms/pupils/edit/<uuid:pk>/ any permission unknown
    /cms/pupils/delete/<uuid:pk>/ GET,POST,DELETE permission unknown
    /cms/pupils/history/<uuid:pk>/ any permission unknown
    /cms/pupils/history-results/<uuid:pk>/ any permission unknown
    /cms/pupils/usage/<uuid:pk>/ any permission unknown
    /cms/timetable/ any permission no
    /cms/snippets/choose/school/notice/ any permission unknown
    /cms/snippets/choose/school/notice/results/ any permission unknown
    /cms/snippets/choose/school/notice/chosen/<str:pk>/ any permission unknown
    /cms/snippets/choose/school/notice/chosen-multiple/ any permission unknown
    /cms/snippets/choose/school/notice/create/ GET,POST,PUT permission unknown
    /cms/snippets/school/notice/ any permission unknown
    /cms/snippets/school/notice/results/ any permission unknown
    /cms/snippets/school/notice/add/ GET,POST,PUT permission unknown
    /cms/snippets/school/notice/edit/<int:pk>/ any permission unknown
    /cms/snippets/school/notice/delete/<int:pk>/ GET,POST,DELETE permission unknown
    /cms/snippets/school/notice/usage/<int:pk>/ any permission unknown
    /cms/snippets/school/notice/history/<int:pk>/ any permission unknown
    /cms/snippets/school/notice/history-results/<int:pk>/ any permission unknown
    /cms/snippets/school/notice/copy/<int:pk>/ any permission unknown
    /cms/snippets/school/notice/preview/ any permission unknown
    /cms/snippets/school/notice/preview/<int:pk>/ any permission unknown
    ");
}

#[test]
fn an_application_without_a_site() {
    let project = project(&[
        ("basket/__init__.py", ""),
        (
            "basket/urls.py",
            "from django.urls import include, path\nfrom basket import views\n\nurlpatterns = [path(\"\", views.basket), path(\"api/\", include(\"basket.api.urls\"))]\n",
        ),
        ("basket/api/__init__.py", ""),
        (
            "basket/api/urls.py",
            "from django.urls import path\nfrom basket import views\n\nurlpatterns = [path(\"order/\", views.order)]\n",
        ),
        (
            "basket/views.py",
            "from django.contrib.auth.decorators import login_required\n\n\ndef basket(request): ...\n\n\n@login_required\ndef order(request): ...\n",
        ),
    ]);
    let evaluator = Evaluator::new(&project);
    let found = library(&project, &evaluator, &|_| true);
    insta::assert_snapshot!(lines(&found), @r"
    / any unknown no
    /api/order/ any login no
    ");
}

#[test]
fn of_a_decorator_with_several_functions_inside_the_guard_is_found_or_not_known() {
    let views = r#"
from functools import wraps
from asgiref.sync import iscoroutinefunction
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

def check(request):
    if not request.user.has_perm("school.manage"):
        raise PermissionDenied

def managed(view):
    if iscoroutinefunction(view):
        @wraps(view)
        async def later(request, *args):
            check(request)
            return await view(request, *args)
        return later

    @wraps(view)
    def now(request, *args):
        check(request)
        return view(request, *args)
    return now

def teachers(view):
    def refuse(request):
        return HttpResponse(status=403)

    def wrapped(request):
        if not request.user.is_staff:
            return refuse(request)
        return view(request)

    return wrapped

@managed
def grades(request):
    return HttpResponse("")

@teachers
def terms(request):
    return HttpResponse("")
"#;
    let urls = r#"
from django.urls import path
from . import views
urlpatterns = [path("grades/", views.grades), path("terms/", views.terms)]
"#;
    insta::assert_snapshot!(school(urls, views), @r"
    /grades/ any permission no
    /terms/ any unknown no
    ");
}

#[test]
fn what_nobody_has_is_asked_of_users_alone() {
    let lines = school(
        r#"
from django.urls import path
from school import views

urlpatterns = [
    path("marks/", views.Marks.as_view()),
    path("staff/", views.Staff.as_view()),
    path("named/", views.Named.as_view()),
    path("heads/", views.Heads.as_view()),
]
"#,
        r#"
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.views.generic import TemplateView


class Marks(UserPassesTestMixin, TemplateView):
    def test_func(self):
        return self.request.user.is_teacher


class Staff(LoginRequiredMixin, UserPassesTestMixin, TemplateView):
    def test_func(self):
        return self.request.user.is_superuser or self.request.user.school.role == "head"


class Named(UserPassesTestMixin, TemplateView):
    def test_func(self):
        return self.request.user.username in self.names


class Heads(LoginRequiredMixin, UserPassesTestMixin, TemplateView):
    def test_func(self):
        if self.request.user.is_superuser:
            return True

        if self.request.user.school.is_head:
            return True
"#,
    );
    insta::assert_snapshot!(lines, @r"
    /marks/ GET permission no
    /staff/ GET permission no
    /named/ GET unknown no
    /heads/ GET permission no
    ");
}

#[test]
fn the_model_of_a_row_that_was_fetched_is_written() {
    let project = project(&[
        (
            "manage.py",
            "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"school.settings\")\n",
        ),
        ("school/__init__.py", ""),
        ("school/settings.py", SETTINGS),
        (
            "school/models.py",
            "from django.db import models\n\n\nclass Mark(models.Model):\n    note = models.TextField()\n",
        ),
        (
            "school/urls.py",
            "from django.urls import path\nfrom school import views\n\nurlpatterns = [\n    \
             path('raise/<int:pk>/', views.better),\n    path('own/<int:pk>/', views.Own.as_view()),\n]\n",
        ),
        (
            "school/views.py",
            r#"
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import DetailView
from school.models import Mark


def better(request, pk):
    mark = get_object_or_404(Mark, pk=pk)
    mark.note = "better"
    mark.save()
    return redirect("/")


class Own(DetailView):
    model = Mark

    def post(self, request, pk):
        mark = self.get_object()
        mark.delete()
        return redirect("/")
"#,
        ),
    ]);
    let mut surface = of(&project);
    let registries = Registries::of(&project, &Evaluator::new(&project), None);
    effects::fill(&mut surface, &project, &registries);
    for endpoint in &surface.endpoints {
        assert_eq!(endpoint.writes, ["Mark"], "{}", endpoint.route);
    }
    assert_eq!(surface.endpoints.len(), 2);
}
