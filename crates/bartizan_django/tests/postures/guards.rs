//! What stands in front of an endpoint, by name: keys and addresses, permissions on one row, views and
//! classes of packages, middleware that is not plain.

use super::{of, project};

/// Route, methods, who gets in, whether somebody counts, and the guards by name.
fn guards(files: &[(&str, &str)]) -> String {
    let mut all = vec![(
        "manage.py",
        "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"school.settings\")\n",
    )];
    all.push(("school/__init__.py", ""));
    all.extend_from_slice(files);
    let mut lines = String::new();
    for endpoint in &of(&project(&all)).endpoints {
        for access in &endpoint.access {
            let names: Vec<&str> = access.guards.iter().map(|guard| guard.name.as_str()).collect();
            lines.push_str(&format!(
                "{} {} {} {} [{}]\n",
                endpoint.route,
                access.methods.join(","),
                access.reach.as_str(),
                endpoint.throttle.as_str(),
                names.join(", ")
            ));
        }
    }
    lines
}

#[test]
fn a_key_or_an_address_is_a_guard_that_is_not_known() {
    let lines = guards(&[
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n"),
        (
            "school/urls.py",
            r#"
import hmac
from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseForbidden
from django.urls import path


def from_the_office(view):
    @wraps(view)
    def inner(request, *args, **kwargs):
        if request.META["REMOTE_ADDR"] not in settings.OFFICE:
            return HttpResponse("", status=403)
        return view(request, *args, **kwargs)

    return inner


def while_open(view):
    @wraps(view)
    def inner(request, *args, **kwargs):
        if not settings.IS_OPEN:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner


@from_the_office
def bells(request): ...


@while_open
def marks(request): ...


def hook(request):
    if not hmac.compare_digest(request.headers["X-Signature"], settings.HOOK):
        return HttpResponseForbidden()
    return HttpResponse("")


urlpatterns = [
    path("bells/", bells),
    path("marks/", marks),
    path("hook/", hook),
]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /bells/  unknown no [from_the_office]
    /marks/  unknown no [while_open]
    /hook/  unknown no [the view itself]
    ");
}

#[test]
fn middleware_that_is_not_plain_is_told_and_its_open_pages_are_known() {
    let lines = guards(&[
        (
            "school/settings.py",
            "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\nMIDDLEWARE = [\"school.door.Door\"]\n",
        ),
        (
            "school/door.py",
            r#"
from django.shortcuts import redirect
from django.urls import resolve

from school.plugins import open_pages


def is_open(request, url):
    if url.url_name in Door.OPEN:
        return True
    for matches in open_pages.send(None):
        if matches(request, url):
            return True
    return False


class Door:
    OPEN = ("front", "login")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        url = resolve(request.path_info)
        if request.user.is_staff or is_open(request, url):
            return self.get_response(request)
        return redirect("login")
"#,
        ),
        (
            "school/urls.py",
            "from django.urls import path\n\n\ndef page(request): ...\n\n\nurlpatterns = [path(\"front/\", page, name=\"front\"), path(\"marks/\", page, name=\"marks\")]\n",
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /front/  anonymous no []
    /marks/  unknown no [Door]
    ");
}

#[test]
fn permissions_on_one_row_are_told_where_they_are_asked() {
    let lines = guards(&[
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n"),
        (
            "school/urls.py",
            r#"
from django.urls import include, path
from rest_framework import viewsets
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.decorators import action
from rest_framework.views import APIView

from school.models import Mark


class IsTeacherOfIt(BasePermission):
    def has_object_permission(self, request, view, obj):
        return obj.teacher == request.user


class Marks(viewsets.ModelViewSet):
    queryset = Mark.objects.all()
    permission_classes = [IsAuthenticated, IsTeacherOfIt]

    @action(detail=True, methods=["post"])
    def publish(self, request, pk):
        mark = self.get_object()
        return Response(mark.publish())

    @action(detail=True, methods=["post"])
    def hide(self, request, pk):
        Mark.objects.get(pk=pk).hide()
        return Response()


class ByHand(APIView):
    permission_classes = [IsAuthenticated, IsTeacherOfIt]

    def get(self, request, pk):
        return Response(Mark.objects.get(pk=pk).text)


router = SimpleRouter()
router.register("marks", Marks)
urlpatterns = [path("api/", include(router.urls)), path("by-hand/<int:pk>/", ByHand.as_view())]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /api/marks/$ GET,POST login no [IsAuthenticated]
    /api/marks/(?P<pk>[^/.]+)/$ GET,PUT,PATCH,DELETE login no [IsAuthenticated, IsTeacherOfIt.has_object_permission]
    /api/marks/(?P<pk>[^/.]+)/hide/$ POST login no [IsAuthenticated]
    /api/marks/(?P<pk>[^/.]+)/publish/$ POST login no [IsAuthenticated, IsTeacherOfIt.has_object_permission]
    /by-hand/<int:pk>/ GET login no [IsAuthenticated, IsTeacherOfIt.has_object_permission (never asked)]
    ");
}

#[test]
fn views_and_classes_of_packages_are_described() {
    let lines = guards(&[
        (
            "school/settings.py",
            "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"django.contrib.admin\", \"school\"]\n",
        ),
        ("school/models.py", "from django.db import models\n\n\nclass Pupil(models.Model): ...\n"),
        (
            "school/admin.py",
            "from django.contrib import admin\nfrom guardian.admin import GuardedModelAdmin\nfrom import_export.admin import ImportExportModelAdmin\nfrom school.models import Pupil\n\n\n@admin.register(Pupil)\nclass PupilAdmin(ImportExportModelAdmin, GuardedModelAdmin): ...\n",
        ),
        (
            "school/urls.py",
            r#"
from allauth.account import views as account
from django.contrib import admin
from django.urls import path
from django.views.generic import DetailView
from graphene_django.views import GraphQLView
from guardian.decorators import permission_required_or_403
from guardian.mixins import PermissionListMixin, PermissionRequiredMixin
from ninja import NinjaAPI
from ninja.throttling import AnonRateThrottle
from rest_framework_simplejwt.views import TokenObtainPairView

api = NinjaAPI(throttle=[AnonRateThrottle("10/s")], openapi_url=None)


@api.get("/marks")
def marks(request): ...


@api.get("/open", throttle=[])
def opened(request): ...


class Shown(PermissionRequiredMixin, DetailView): ...


class Listed(PermissionListMixin, DetailView): ...


@permission_required_or_403("school.change_pupil")
def change(request): ...


urlpatterns = [
    path("login/", account.login),
    path("forgotten/", account.PasswordResetView.as_view()),
    path("addresses/", account.email),
    path("token/", TokenObtainPairView.as_view()),
    path("graphql/", GraphQLView.as_view()),
    path("shown/", Shown.as_view()),
    path("listed/", Listed.as_view()),
    path("change/", change),
    path("api/", api.urls),
    path("admin/", admin.site.urls),
]
"#,
        ),
    ]);
    let is_wanted = |line: &&str| {
        !line.starts_with("/admin/") || line.contains("port/") || line.contains("permissions/")
    };
    let lines: String = lines.lines().filter(is_wanted).map(|line| format!("{line}\n")).collect();
    insta::assert_snapshot!(lines, @"
    /login/ GET,POST,PUT anonymous unknown []
    /forgotten/ GET,POST,PUT anonymous unknown []
    /addresses/  unknown unknown [not in the tree]
    /token/ POST anonymous unknown []
    /graphql/ GET,POST anonymous unknown []
    /shown/ GET permission no [PermissionRequiredMixin]
    /listed/ GET anonymous no []
    /change/  permission no [permission_required_or_403]
    /api/marks GET anonymous yes []
    /api/open GET anonymous no []
    /api/ GET anonymous no []
    /admin/school/pupil/process_import/ GET,POST staff no [AdminSite.has_permission]
    /admin/school/pupil/import/ GET,POST staff no [AdminSite.has_permission]
    /admin/school/pupil/export/ GET,POST staff no [AdminSite.has_permission]
    /admin/school/pupil/<object_pk>/permissions/ GET,POST staff no [AdminSite.has_permission]
    /admin/school/pupil/<object_pk>/permissions/user-manage/<user_id>/ GET,POST staff no [AdminSite.has_permission]
    /admin/school/pupil/<object_pk>/permissions/group-manage/<group_id>/ GET,POST staff no [AdminSite.has_permission]
    ");
}

#[test]
fn permissions_of_models_let_whoever_is_logged_in_read() {
    let lines = guards(&[
        (
            "school/settings.py",
            "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\nREST_FRAMEWORK = {\"DEFAULT_PERMISSION_CLASSES\": [\"rest_framework.permissions.DjangoModelPermissionsOrAnonReadOnly\"]}\n",
        ),
        (
            "school/urls.py",
            r#"
from django.urls import path
from oauth2_provider.contrib.rest_framework import IsAuthenticatedOrTokenHasScope
from rest_framework.permissions import DjangoModelPermissions
from rest_framework.views import APIView


class Open(APIView):
    def get(self, request): ...
    def post(self, request): ...


class ByModel(Open):
    permission_classes = [DjangoModelPermissions]


class ByScope(Open):
    permission_classes = [IsAuthenticatedOrTokenHasScope]


urlpatterns = [
    path("open/", Open.as_view()),
    path("model/", ByModel.as_view()),
    path("scope/", ByScope.as_view()),
]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /open/ GET anonymous no []
    /open/ POST permission no [DjangoModelPermissionsOrAnonReadOnly]
    /model/ GET login no [DjangoModelPermissions]
    /model/ POST permission no [DjangoModelPermissions, DjangoModelPermissions]
    /scope/ GET,POST login no [IsAuthenticatedOrTokenHasScope]
    ");
}

#[test]
fn decorators_that_a_function_makes_around_a_test_are_what_the_test_asks() {
    let lines = guards(&[
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n"),
        (
            "school/tests_of_users.py",
            r#"
from django.contrib.auth.decorators import user_passes_test


def made_of(test):
    def decorator(view=None, login_url=None):
        actual = user_passes_test(test, login_url=login_url)
        if view:
            return actual(view)
        return actual

    return decorator


clerks_only = made_of(lambda user: user.is_active and user.is_clerk)
everyone_there = made_of(test=lambda user: user.is_authenticated)
"#,
        ),
        (
            "school/urls.py",
            r#"
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView
from drf_excel.mixins import XLSXFileMixin

from school.models import Mark
from school.tests_of_users import clerks_only, everyone_there


@clerks_only
def fees(request): ...


@everyone_there
def timetable(request): ...


@method_decorator(clerks_only, name="dispatch")
class Rooms(TemplateView): ...


class Sheet(XLSXFileMixin, TemplateView): ...


class Canteen(PermissionRequiredMixin, TemplateView):
    permission_required = ()


@login_required
def mark(request, pk):
    mark = get_object_or_404(Mark, pk=pk)
    if request.user.is_superuser:
        return mark.show()
    if mark.may_be_seen_by(request.user):
        return mark.show()
    raise PermissionDenied


@login_required
def own(request, pk):
    mark = get_object_or_404(Mark, pk=pk)
    if not request.user.is_superuser and mark.pupil != request.user:
        raise PermissionDenied
    return mark.show()


@login_required
def board(request):
    if request.method == "POST" and not request.user.has_perm("school.add_note"):
        raise PermissionDenied
    return board.show()


urlpatterns = [
    path("fees/", fees),
    path("timetable/", timetable),
    path("rooms/", Rooms.as_view()),
    path("sheet/", Sheet.as_view()),
    path("canteen/", Canteen.as_view()),
    path("marks/<int:pk>/", mark),
    path("marks/<int:pk>/own/", own),
    path("board/", board),
]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /fees/  permission no [clerks_only]
    /timetable/  login no [user_passes_test]
    /rooms/ GET permission no [clerks_only]
    /sheet/ GET anonymous no []
    /canteen/ GET unknown no [PermissionRequiredMixin]
    /marks/<int:pk>/  permission no [login_required, the view itself]
    /marks/<int:pk>/own/  login no [login_required, the view itself]
    /board/ GET,PUT,PATCH,DELETE login no [login_required]
    /board/ POST permission no [login_required, the view itself]
    ");
}

#[test]
fn a_view_may_leave_the_question_to_a_helper_or_to_an_expression() {
    let lines = guards(&[
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n"),
        (
            "school/urls.py",
            r#"
from django.contrib.admin.sites import site
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from school.store import checked, dealt_with, load


def must_be_staff(user):
    if not user.is_staff:
        raise PermissionDenied("for teachers")


def marks(request):
    must_be_staff(request.user)
    return HttpResponse("")


def hidden(request):
    if not request.user.is_staff:
        raise Http404
    return HttpResponse("")


def may_see(request, course):
    if not course.is_closed:
        return True
    return request.user.is_superuser


@login_required
def course(request, pk):
    if not may_see(request, load(pk)):
        raise PermissionDenied
    return HttpResponse("")


def index(request):
    return staff_member_required(site.index)(request)


def async_login_required(view):
    async def wrapper(request, *args, **kwargs):
        answer = checked(request)
        if answer != request:
            return answer
        return await view(request, *args, **kwargs)

    return wrapper


@async_login_required
async def later(request):
    return HttpResponse("")


def pupil(request, pk):
    if pk > 100:
        raise Http404
    return HttpResponse("")


def front(request):
    return HttpResponse("") if request.user.is_authenticated else redirect("/accounts/login/")


def basket(request):
    if "pupil" not in request.session:
        return redirect("login")
    return HttpResponse("")


def clerks(request):
    if not request.user.groups.filter(name="clerks").exists():
        raise PermissionDenied
    return HttpResponse("")


def permission_required(view):
    def wrapper(request):
        return dealt_with(view, request)

    return wrapper


def gate(request):
    if not request.user.is_authenticated:
        return redirect("login")
    return request


def turned_away(request):
    if not request.user.is_authenticated:
        return redirect("login")


def behind_gate(request):
    answer = gate(request)
    if answer != request:
        return answer
    return HttpResponse("")


def one_or_other(request):
    return turned_away(request) or HttpResponse("")


@login_required
async def asked(request):
    return HttpResponse("")


async def handed_over(request):
    return await asked(request)


async def handed_over_later(request):
    return await later(request)


def checked_first(view):
    def wrapper(request, *args, **kwargs):
        answer = permission_required(lambda request: request)(request)
        if answer != request:
            return answer
        return view(request, *args, **kwargs)

    return wrapper


@checked_first
def behind_other(request):
    return HttpResponse("")


class OwnPassword(PasswordChangeView):
    template_name = "password.html"


urlpatterns = [
    path("gate/", behind_gate),
    path("either/", one_or_other),
    path("over/", handed_over),
    path("over/later/", handed_over_later),
    path("other/", behind_other),
    path("password/", OwnPassword.as_view()),
    path("marks/", marks),
    path("hidden/", hidden),
    path("pupils/<int:pk>/", pupil),
    path("front/", front),
    path("basket/", basket),
    path("clerks/", clerks),
    path("courses/<int:pk>/", course),
    path("index/", index),
    path("later/", later),
]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /gate/  login no [the view itself]
    /either/  login no [the view itself]
    /over/  login no [the view itself]
    /over/later/  unknown no [the view itself]
    /other/  unknown no [checked_first]
    /password/ GET,POST,PUT login no [PasswordChangeView]
    /marks/  staff no [the view itself]
    /hidden/  staff no [the view itself]
    /pupils/<int:pk>/  anonymous no []
    /front/  login no [the view itself]
    /basket/  unknown no [the view itself]
    /clerks/  permission no [the view itself]
    /courses/<int:pk>/  unknown no [login_required, the view itself]
    /index/  staff no [the view itself]
    /later/  unknown no [async_login_required]
    ");
}

#[test]
fn tokens_of_an_oauth_provider_are_asked_for() {
    let lines = guards(&[
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n"),
        (
            "school/urls.py",
            r#"
from django.http import HttpResponse
from django.urls import path
from django.views.generic import View
from oauth2_provider.contrib.rest_framework import OAuth2Authentication, TokenHasReadWriteScope
from oauth2_provider.decorators import protected_resource, rw_protected_resource
from oauth2_provider.views import ProtectedResourceView, ScopedProtectedResourceView
from oauth2_provider.views.mixins import OAuthLibMixin, ProtectedResourceMixin
from rest_framework.views import APIView


@protected_resource()
def marks(request):
    return HttpResponse()


@rw_protected_resource(scopes=["marks"])
def mark(request, pk):
    return HttpResponse()


class Marks(ProtectedResourceView):
    def get(self, request): ...


class Scoped(ScopedProtectedResourceView):
    required_scopes = ["marks"]

    def get(self, request): ...


class Mixed(ProtectedResourceMixin, View):
    def get(self, request): ...


class Plain(OAuthLibMixin, View):
    def get(self, request): ...


class Api(APIView):
    authentication_classes = [OAuth2Authentication]
    permission_classes = [TokenHasReadWriteScope]

    def get(self, request): ...


def protected(request):
    return HttpResponse()


urlpatterns = [
    path("marks/", marks),
    path("mark/<int:pk>/", mark),
    path("view/", Marks.as_view()),
    path("scoped/", Scoped.as_view()),
    path("mixed/", Mixed.as_view()),
    path("plain/", Plain.as_view()),
    path("api/", Api.as_view()),
    path("protected/", protected),
]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /marks/  login no [protected_resource]
    /mark/<int:pk>/  login no [rw_protected_resource]
    /view/ GET login no [ProtectedResourceView, ProtectedResourceMixin]
    /scoped/ GET permission no [ScopedProtectedResourceView, ProtectedResourceView, ProtectedResourceMixin]
    /mixed/ GET login no [ProtectedResourceMixin]
    /plain/ GET anonymous no []
    /api/ GET permission no [TokenHasReadWriteScope]
    /protected/  anonymous no []
    ");
}

#[test]
fn a_function_that_answers_for_a_view_is_guarded_by_its_own_decorators() {
    let lines = guards(&[
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n"),
        (
            "school/urls.py",
            r#"
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache


def teachers_only(view):
    @wraps(view)
    def inner(request, *args, **kwargs):
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.path)
        if not user.profile.is_teacher:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner


@teachers_only
def _list(request, rows):
    return render(request, "list.html", {"rows": rows})


@login_required
def _mine(request, name):
    return render(request, name)


@never_cache
def _open(request, name):
    return render(request, name)


def marks(request):
    return _list(request, rows=[])


def lessons(request):
    return _mine(request, "lessons.html")


def news(request):
    return _open(request, "news.html")




def safe_redirect(request, address):
    return redirect(address)


def leave(request):
    if not request.user.is_authenticated:
        return safe_redirect(request, "/")
    return render(request, "leave.html")


urlpatterns = [
    path("marks/", marks),
    path("lessons/", lessons),
    path("news/", news),
    path("leave/", leave),
]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /marks/  permission no [the view itself]
    /lessons/  login no [the view itself]
    /news/  anonymous no []
    /leave/  login no [the view itself]
    ");
}

#[test]
fn a_class_may_ask_something_else_than_its_permission_classes() {
    let lines = guards(&[
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n"),
        (
            "school/urls.py",
            r#"
from django.conf import settings
from django.urls import include, path
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSet


class AsksForNames:
    def check_permissions(self, request):
        missing = [name for name in self.names if not request.user.has_perm(name)]
        if any(missing):
            self.permission_denied(request)


class Marks(AsksForNames, ViewSet):
    permission_classes = [AllowAny]
    names = ["school.view_mark"]

    def list(self, request): ...

    @action(detail=True, url_path="of/{}".format(settings.NAMES_OF_PUPILS))
    def of(self, request, name): ...


router = SimpleRouter()
router.register("marks", Marks, basename="mark")
urlpatterns = [path("", include(router.urls))]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"/^marks/$ GET permission no [AsksForNames.check_permissions]");
}

#[test]
fn what_packages_build_on_rest_framework_asks_what_that_asks_or_is_not_known() {
    let lines = guards(&[
        (
            "school/settings.py",
            "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\nREST_FRAMEWORK = {\n    \
             \"DEFAULT_PERMISSION_CLASSES\": [\"rest_framework.permissions.IsAuthenticated\"],\n}\n",
        ),
        (
            "school/urls.py",
            r#"
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.urls import include, path
from drf_rw_serializers.generics import ListCreateAPIView
from neighbours.api import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.routers import SimpleRouter
from rest_framework_json_api.views import ModelViewSet, RelationshipView


class Marks(ModelViewSet):
    pass


class Open(ModelViewSet):
    permission_classes = [AllowAny]


class Pupils(ListCreateAPIView):
    pass


class Neighbours(ListAPIView):
    pass


class ForAll:
    permission_classes = [AllowAny]


# The view has its own permissions, and stands before.
class Behind(ListCreateAPIView, ForAll):
    pass


class InFront(ForAll, ListCreateAPIView):
    pass


# Who asks is of no account: only how.
def ajax_required(view):
    def wrapper(request):
        if request.headers.get("X-Requested-With") != "XMLHttpRequest":
            return HttpResponseBadRequest()
        return view(request)

    return wrapper


def json_only(view):
    def wrapper(request):
        if request.content_type != "application/json":
            return JsonResponse({}, status=415)
        return view(request)

    return wrapper


def required(view):
    def wrapper(request):
        if may_pass(request):
            return view(request)
        return render(request, "away.html")

    return wrapper


@ajax_required
def asynchronous(request):
    return HttpResponse("")


@login_required
@json_only
def documents(request):
    return HttpResponse("")


@required
def doubtful(request):
    return HttpResponse("")


router = SimpleRouter()
router.register("marks", Marks, "marks")
router.register("open", Open, "open")

urlpatterns = [
    path("", include(router.urls)),
    path("relations/", RelationshipView.as_view()),
    path("pupils/", Pupils.as_view()),
    path("neighbours/", Neighbours.as_view()),
    path("behind/", Behind.as_view()),
    path("in-front/", InFront.as_view()),
    path("asynchronous/", asynchronous),
    path("documents/", documents),
    path("doubtful/", doubtful),
]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /^marks/$ GET,POST login no [IsAuthenticated]
    /^marks/(?P<pk>[^/.]+)/$ GET,PUT,PATCH,DELETE login no [IsAuthenticated]
    /^open/$ GET,POST anonymous no []
    /^open/(?P<pk>[^/.]+)/$ GET,PUT,PATCH,DELETE anonymous no []
    /relations/ GET,POST,PATCH,DELETE login unknown [IsAuthenticated]
    /pupils/ GET,POST login no [IsAuthenticated]
    /neighbours/ GET unknown no [IsAuthenticated, ListAPIView]
    /behind/ GET,POST login no [IsAuthenticated]
    /in-front/ GET,POST anonymous no []
    /asynchronous/  anonymous no []
    /documents/  login no [login_required]
    /doubtful/  unknown no [required]
    ");
}

#[test]
fn a_gate_stands_inside_a_question_for_the_method_or_for_what_is_sent() {
    let lines = guards(&[
        ("school/settings.py", "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n"),
        (
            "school/urls.py",
            r#"
import os

from django.contrib.syndication.views import Feed
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.generic import View


class Asked:
    def dispatch(self, request, *args, **kwargs):
        if request.method in ["GET", "POST"]:
            if not request.user.is_authenticated:
                return redirect("login")
        return super().dispatch(request, *args, **kwargs)


class Marks(Asked, View):
    def get(self, request):
        return HttpResponse("")

    def post(self, request):
        return HttpResponse("")


# Whoever names nobody is not asked whether they may.
def of_somebody(request):
    if not request.user.is_authenticated:
        return redirect("login")
    if request.GET.get("pupil"):
        if not request.user.is_staff:
            raise PermissionDenied
    return HttpResponse("")


# Whoever sends no key is refused.
def by_key(request):
    if not request.GET.get("key") and not request.user.is_staff:
        raise PermissionDenied
    return HttpResponse("")


def is_of(user, mark):
    return mark.pupil == user


def one_mark(request, pk):
    if not request.user.is_authenticated:
        return redirect("login")
    if not is_of(request.user, load(pk)) and not request.user.is_superuser:
        raise PermissionDenied
    return HttpResponse("")


# Nothing calls it.
class NobodyAsks(View):
    def get_permission_required(self):
        return ["school.view_mark"]

    def get(self, request):
        return HttpResponse("")


class Latest(Feed):
    title = "Latest"


class Greeting:
    def __call__(self, request):
        if not request.user.is_authenticated:
            return redirect("login")
        return HttpResponse("")


urlpatterns = [
    path("marks/", Marks.as_view()),
    path("somebody/", of_somebody),
    path("key/", by_key),
    path("marks/<int:pk>/", one_mark),
    path("nobody/", NobodyAsks.as_view()),
    path("latest/", Latest()),
    path("greeting/", Greeting()),
    path(os.environ.get("PREFIX", "") + "below/", Latest()),
]
"#,
        ),
    ]);
    insta::assert_snapshot!(lines, @"
    /marks/ GET,POST login no [Asked.dispatch]
    /somebody/  login no [the view itself]
    /key/  unknown no [the view itself]
    /marks/<int:pk>/  login no [the view itself]
    /nobody/ GET anonymous no []
    /latest/ GET anonymous no []
    /greeting/  login no [__call__]
    /below/ GET anonymous no []
    ");
}
