//! What is asked by one method of a request and not by another.

use super::{of, project};

/// Route, methods, who gets in and what decides, of a school with these views and routes.
fn reaches(views: &str, urls: &str) -> String {
    let settings = "ROOT_URLCONF = \"school.urls\"\nMIDDLEWARE = []\n\
                    INSTALLED_APPS = [\"rest_framework\", \"school\"]\n\
                    SCHOOL = {\"NAME\": \"North\"}\n";
    let manage =
        "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"school.settings\")\n";
    let files = [
        ("manage.py", manage),
        ("school/__init__.py", ""),
        ("school/settings.py", settings),
        ("school/views.py", views),
        ("school/urls.py", urls),
    ];
    let mut lines = String::new();
    for endpoint in &of(&project(&files)).endpoints {
        for access in &endpoint.access {
            let names: Vec<&str> = access.guards.iter().map(|guard| guard.name.as_str()).collect();
            lines.push_str(&format!(
                "{} {} {} {names:?}\n",
                endpoint.route,
                access.methods.join(","),
                access.reach.as_str()
            ));
        }
    }
    lines
}

#[test]
fn each_method_of_a_view_is_asked_by_itself() {
    let lines = reaches(
        r#"
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views import View


# By the others whoever comes gets through.
class Asked(View):
    def dispatch(self, request, *args, **kwargs):
        if request.method in ["GET", "POST"]:
            if not request.user.is_authenticated:
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return HttpResponse("")

    def post(self, request):
        return HttpResponse("")

    def delete(self, request):
        return HttpResponse("")


class Marks(View):
    def get(self, request):
        return HttpResponse("")

    @method_decorator(login_required)
    def post(self, request):
        return HttpResponse("")

    def put(self, request):
        if not request.user.is_staff:
            raise PermissionDenied
        return HttpResponse("")

    def delete(self, request):
        return HttpResponse("")


def one(request):
    if request.method.lower() == "delete" and not request.user.is_superuser:
        raise PermissionDenied
    return HttpResponse("")
"#,
        r#"
from django.urls import path
from school import views

urlpatterns = [
    path("asked/", views.Asked.as_view()),
    path("marks/", views.Marks.as_view()),
    path("one/", views.one),
]
"#,
    );
    insta::assert_snapshot!(lines, @r#"
    /asked/ GET,POST login ["Asked.dispatch"]
    /asked/ DELETE anonymous []
    /marks/ GET,DELETE anonymous []
    /marks/ POST login ["login_required"]
    /marks/ PUT staff ["Marks.put"]
    /one/ GET,POST,PUT,PATCH anonymous []
    /one/ DELETE staff ["the view itself"]
    "#);
}

#[test]
fn actions_of_a_view_set_ask_for_themselves() {
    let lines = reaches(
        r#"
from django.conf import settings
from django.core.exceptions import PermissionDenied
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAdminUser
from rest_framework.response import Response


class IsKnown(BasePermission):
    def has_permission(self, request, view):
        if request.user.is_anonymous and request.method not in SAFE_METHODS:
            raise PermissionDenied
        return True


class IsHead(BasePermission):
    def has_permission(self, request, view):
        policy = IsAdminUser() if view.action == "list" else IsKnown()
        return policy.has_permission(request, view)


def signed_in(user):
    if user.is_anonymous:
        raise PermissionDenied


class Pupils(viewsets.ViewSet):
    permission_classes = [IsKnown]

    def list(self, request):
        return Response([])

    def retrieve(self, request, pk=None):
        signed_in(request.user)
        return Response({})

    @action(detail=True, methods=["get", "post"])
    def marks(self, request, pk=None):
        signed_in(request.user)
        return Response({})

    # No handler of the other routes, by its name alone.
    @action(detail=True, methods=["post"])
    def delete(self, request, pk=None):
        if not request.user.is_staff:
            raise PermissionDenied
        return Response({})


class Rooms(viewsets.ViewSet):
    permission_classes = [IsHead]

    def list(self, request):
        return Response([])

    def create(self, request):
        return Response({})


# A setting that is there, and what it holds.
class Halls(viewsets.ViewSet):
    permission_classes = []

    def list(self, request):
        if hasattr(settings, "DOORS") and not request.user.is_authenticated:
            raise PermissionDenied
        return Response([])

    def create(self, request):
        if "NAME" in settings.SCHOOL and not request.user.is_authenticated:
            raise PermissionDenied
        return Response({})
"#,
        r#"
from rest_framework.routers import SimpleRouter
from school import views

router = SimpleRouter()
router.register("pupils", views.Pupils, "pupils")
router.register("rooms", views.Rooms, "rooms")
router.register("halls", views.Halls, "halls")
urlpatterns = router.urls
"#,
    );
    insta::assert_snapshot!(lines, @r#"
    /^pupils/$ GET anonymous []
    /^pupils/(?P<pk>[^/.]+)/$ GET login ["Pupils.retrieve"]
    /^pupils/(?P<pk>[^/.]+)/delete/$ POST staff ["IsKnown", "Pupils.delete"]
    /^pupils/(?P<pk>[^/.]+)/marks/$ GET,POST login ["IsKnown", "Pupils.marks"]
    /^rooms/$ GET permission ["IsHead"]
    /^rooms/$ POST login ["IsHead"]
    /^halls/$ GET anonymous []
    /^halls/$ POST login ["Halls.create"]
    "#);
}

#[test]
fn a_mixin_asks_for_what_the_class_says() {
    let lines = reaches(
        r#"
from django.conf import settings
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpResponse
from django.views import View


class Named:
    def get_permission_required(self):
        if getattr(self, "kind", None) == "view" and getattr(settings, "IS_OPEN", False):
            return []
        if hasattr(self, "kind"):
            return [f"school.{self.kind}_mark"]
        return []

    def get(self, request):
        return HttpResponse("")


class Change(Named, PermissionRequiredMixin, View):
    kind = "change"


class Show(Named, PermissionRequiredMixin, View):
    kind = "view"


# Of no kind: nothing is asked.
class Cover(Named, PermissionRequiredMixin, View):
    pass


# Who knows which kind.
class Other(Named, PermissionRequiredMixin, View):
    kind = settings.KIND

    def get_permission_required(self):
        return [] if self.kind == "view" else ["school.view_mark"]
"#,
        r#"
from django.urls import path
from school import views

urlpatterns = [
    path("change/", views.Change.as_view()),
    path("show/", views.Show.as_view()),
    path("cover/", views.Cover.as_view()),
    path("other/", views.Other.as_view()),
]
"#,
    );
    insta::assert_snapshot!(lines, @r#"
    /change/ GET permission ["PermissionRequiredMixin"]
    /show/ GET permission ["PermissionRequiredMixin"]
    /cover/ GET anonymous ["PermissionRequiredMixin"]
    /other/ GET unknown ["PermissionRequiredMixin"]
    "#);
}
