//! Views whose bases ask: in a test, around a query, where the row is fetched.

use bartizan_django::objects;
use bartizan_django::registries::Registries;
use bartizan_value::Evaluator;

use super::{of, project};

const MODELS: &str = r#"
from django.conf import settings
from django.db import models


class Depot(models.Model):
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    slug = models.SlugField()

    def may_be_kept_by(self, user):
        return self.keeper == user
"#;

/// Route, who gets in, the guards by name, and each row with what binds it.
fn asked(urls: &str, views: &str) -> String {
    let files = [
        (
            "manage.py",
            "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"depot.settings\")\n",
        ),
        (
            "depot/settings.py",
            "ROOT_URLCONF = \"depot.urls\"\nINSTALLED_APPS = [\"depot\"]\nREST_FRAMEWORK = {}\n",
        ),
        ("depot/__init__.py", ""),
        ("depot/models.py", MODELS),
        ("depot/urls.py", urls),
        ("depot/views.py", views),
    ];
    let project = project(&files);
    let evaluator = Evaluator::new(&project);
    let mut surface = of(&project);
    let registries = Registries::of(&project, &evaluator, None);
    objects::fill(&mut surface, &project, &registries);
    let mut lines = String::new();
    for endpoint in &surface.endpoints {
        for access in &endpoint.access {
            let guards: Vec<&str> = access.guards.iter().map(|guard| guard.name.as_str()).collect();
            lines.push_str(&format!("{} ", endpoint.route));
            if !access.methods.is_empty() {
                lines.push_str(&format!("{} ", access.methods.join(",")));
            }
            lines.push_str(&format!("{} [{}]", access.reach.as_str(), guards.join(", ")));
            for object in &endpoint.objects {
                lines.push_str(&format!(" {} {}", object.model, object.bound.as_str()));
            }
            lines.push('\n');
        }
    }
    lines
}

#[test]
fn a_test_that_looks_for_the_visitors_row_asks_for_more_than_a_login() {
    let lines = asked(
        r#"
from django.urls import path
from depot import views

urlpatterns = [
    path("kept/<slug:slug>/", views.Kept.as_view()),
    path("by-method/<slug:slug>/", views.ByMethod.as_view()),
    path("by-manager/<slug:slug>/", views.ByManager.as_view()),
    path("shared/<slug:slug>/", views.Shared.as_view()),
    path("tested/<slug:slug>/", views.Tested.as_view()),
    path("at-the-end/<slug:slug>/", views.AtTheEnd.as_view()),
    path("any/<slug:slug>/", views.Whichever.as_view()),
]
"#,
        r#"
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin, UserPassesTestMixin
from django.core.exceptions import ObjectDoesNotExist
from django.views.generic import TemplateView

from depot.models import Depot


class Kept(LoginRequiredMixin, PermissionRequiredMixin, TemplateView):
    def has_permission(self):
        try:
            self.depot = Depot.objects.get(slug=self.kwargs["slug"], keeper=self.request.user)
        except Depot.DoesNotExist:
            return False
        return True


class KeeperMixin(LoginRequiredMixin, PermissionRequiredMixin):
    def has_permission(self):
        if not self.request.user.is_authenticated:
            return False
        try:
            self.depot = self.get_depots().get(slug__exact=self.kwargs["slug"])
        except ObjectDoesNotExist:
            return False
        return True

    def get_depots(self):
        return Depot.objects.filter(keeper=self.request.user)


class ByMethod(KeeperMixin, TemplateView):
    pass


class ByManager(KeeperMixin, TemplateView):
    def get_depots(self):
        return Depot.objects.for_user(user=self.request.user)


class Shared(KeeperMixin, TemplateView):
    def get_depots(self):
        return Depot.objects.all()


class Tested(LoginRequiredMixin, UserPassesTestMixin, TemplateView):
    def test_func(self):
        depots = self.get_depots()
        try:
            self.depot = depots.get(slug=self.kwargs["slug"])
        except Exception:
            return False
        return True

    def get_depots(self):
        return Depot.objects.filter(keeper=self.request.user)


class AtTheEnd(LoginRequiredMixin, UserPassesTestMixin, TemplateView):
    def test_func(self):
        try:
            self.depot = Depot.objects.get(slug=self.kwargs["slug"], keeper=self.request.user)
            return True
        except Depot.DoesNotExist:
            return False


class Whichever(LoginRequiredMixin, UserPassesTestMixin, TemplateView):
    def test_func(self):
        try:
            self.depot = Depot.objects.get(slug=self.kwargs["slug"])
        except Depot.DoesNotExist:
            return False
        return True
"#,
    );
    insta::assert_snapshot!(lines, @r#"
    /kept/<slug:slug>/ GET permission [LoginRequiredMixin, PermissionRequiredMixin] Depot scoped
    /by-method/<slug:slug>/ GET permission [LoginRequiredMixin, PermissionRequiredMixin] Depot scoped
    /by-manager/<slug:slug>/ GET permission [LoginRequiredMixin, PermissionRequiredMixin] Depot scoped
    /shared/<slug:slug>/ GET login [LoginRequiredMixin, PermissionRequiredMixin] Depot none
    /tested/<slug:slug>/ GET permission [LoginRequiredMixin, UserPassesTestMixin] Depot scoped
    /at-the-end/<slug:slug>/ GET permission [LoginRequiredMixin, UserPassesTestMixin] Depot scoped
    /any/<slug:slug>/ GET login [LoginRequiredMixin, UserPassesTestMixin] Depot none
    "#);
}

#[test]
fn what_the_framework_calls_may_refuse_as_well() {
    let lines = asked(
        r#"
from django.urls import include, path
from rest_framework.routers import SimpleRouter
from depot import views

router = SimpleRouter()
router.register("depots", views.Depots, basename="depot")

urlpatterns = [
    path("of/<slug:slug>/", views.OfDepot.as_view()),
    path("office/", views.Office.as_view()),
    path("closed/", views.Closed.as_view()),
    path("empty/", views.Empty.as_view()),
    path("edit/<slug:slug>/", views.Edit.as_view()),
    path("keys/<slug:slug>/", views.Keys.as_view()),
    path("", include(router.urls)),
]
"#,
        r#"
from django.core.exceptions import PermissionDenied
from django.views.generic import DetailView, ListView, UpdateView
from rest_framework import generics, viewsets
from rest_framework.exceptions import NotAuthenticated

from depot.models import Depot


def may_look_into(request, depot):
    if not depot.is_locked:
        return True
    if not request.user.is_authenticated:
        return False
    return depot.may_be_kept_by(request.user)


class OfDepot(generics.ListAPIView):
    permission_classes = []

    def get_queryset(self):
        depot = Depot.objects.get(slug=self.kwargs["slug"])
        if not may_look_into(self.request, depot):
            raise PermissionDenied
        return depot.shelves.all()


class Office(ListView):
    def get_queryset(self):
        if not self.request.user.is_staff:
            raise PermissionDenied
        return Depot.objects.all()


class Closed(Office):
    def get_queryset(self):
        return super().get_queryset().filter(is_closed=True)


class Empty(ListView):
    def get_queryset(self):
        if not self.request.user.is_staff:
            return Depot.objects.none()
        return Depot.objects.all()


class KeptMixin:
    def get_object(self, *args, **kwargs):
        depot = super().get_object(*args, **kwargs)
        if depot.may_be_kept_by(self.request.user):
            return depot
        else:
            raise PermissionDenied


class Edit(KeptMixin, UpdateView):
    model = Depot

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["may_edit"] = self.object.may_be_kept_by(self.request.user)
        return context


class Keys(DetailView):
    model = Depot

    def get_object(self):
        if not self.request.user.is_authenticated:
            raise PermissionDenied
        return super().get_object()


class Depots(viewsets.ReadOnlyModelViewSet):
    permission_classes = []

    def get_queryset(self):
        if self.request.user.is_anonymous and self.action == "list":
            raise NotAuthenticated
        return Depot.objects.all()
"#,
    );
    insta::assert_snapshot!(lines, @r#"
    /of/<slug:slug>/ GET unknown [OfDepot.get_queryset] Depot checked
    /office/ GET staff [Office.get_queryset]
    /closed/ GET staff [Office.get_queryset]
    /empty/ GET anonymous []
    /edit/<slug:slug>/ GET,POST,PUT anonymous [] Depot checked
    /keys/<slug:slug>/ GET login [Keys.get_object] Depot none
    /^depots/$ GET login [Depots.get_queryset]
    /^depots/(?P<pk>[^/.]+)/$ GET anonymous [] Depot none
    "#);
}

#[test]
fn a_route_without_an_argument_takes_the_way_of_its_default() {
    let lines = asked(
        r#"
from django.urls import path, re_path
from depot import views

urlpatterns = [
    path("me/", views.Keeper.as_view()),
    path("keepers/<str:name>/", views.Keeper.as_view()),
    path("handed/", views.Keeper.as_view(), {"name": "anna"}),
    re_path("^by-place/([a-z]+)/$", views.Keeper.as_view()),
    path("new/", views.New.as_view()),
    path("near/<slug:slug>/", views.New.as_view()),
    path("shelf/", views.shelf),
    path("shelf/<int:number>/", views.shelf),
]
"#,
        r#"
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from depot.models import Depot


@method_decorator(login_required, name="dispatch")
class Keeper(TemplateView):
    def dispatch(self, request, *args, name=None, **kwargs):
        if name and not request.user.is_staff:
            raise PermissionDenied
        return super().dispatch(request, *args, name=name, **kwargs)


class New(LoginRequiredMixin, PermissionRequiredMixin, TemplateView):
    KEY = "slug"

    def get_key(self):
        return self.KEY

    def has_permission(self):
        if not self.request.user.is_authenticated:
            return False
        if self.get_key() in self.kwargs:
            return Depot.objects.filter(slug=self.kwargs["slug"], keeper=self.request.user).exists()
        return True


def shelf(request, number=None):
    if number is not None and not request.user.is_authenticated:
        raise PermissionDenied
    return render(request, "shelf.html")
"#,
    );
    insta::assert_snapshot!(lines, @r#"
    /me/ GET login [login_required]
    /keepers/<str:name>/ GET permission [login_required, Keeper.dispatch]
    /handed/ GET permission [login_required, Keeper.dispatch]
    /^by-place/([a-z]+)/$ GET permission [login_required, Keeper.dispatch]
    /new/ GET login [LoginRequiredMixin, PermissionRequiredMixin] Depot scoped
    /near/<slug:slug>/ GET permission [LoginRequiredMixin, PermissionRequiredMixin] Depot scoped
    /shelf/ anonymous []
    /shelf/<int:number>/ unknown [the view itself]
    "#);
}

#[test]
fn what_a_suppressed_error_cuts_short_is_asked_like_a_try() {
    let lines = asked(
        r#"
from django.urls import path
from depot import views

urlpatterns = [
    path("suppressed/", views.Suppressed.as_view()),
    path("tried/", views.Tried.as_view()),
    path("granted/", views.Granted.as_view()),
    path("shared/", views.Shared.as_view()),
]
"#,
        r#"
from contextlib import suppress

from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.views.generic import TemplateView


class StockMixin(PermissionRequiredMixin):
    def has_permission(self):
        return self.request.user.has_perm("depot.view_stock")


class Suppressed(StockMixin, TemplateView):
    def has_permission(self):
        result = None
        with suppress(Exception):
            result = super().has_permission()
        return result


class Tried(StockMixin, TemplateView):
    def has_permission(self):
        result = False
        try:
            result = super().has_permission()
        except AttributeError:
            pass
        return result


class Granted(StockMixin, TemplateView):
    def has_permission(self):
        result = True
        with suppress(Exception):
            result = super().has_permission()
        return result


class SharedMixin(StockMixin):
    def has_permission(self):
        result = None
        with suppress(Exception):
            result = super().has_permission()
        if not result:
            return "shared" in self.request.session
        return result


class Shared(LoginRequiredMixin, SharedMixin, TemplateView):
    pass
"#,
    );
    insta::assert_snapshot!(lines, @r#"
    /suppressed/ GET permission [PermissionRequiredMixin]
    /tried/ GET permission [PermissionRequiredMixin]
    /granted/ GET unknown [PermissionRequiredMixin]
    /shared/ GET permission [LoginRequiredMixin, PermissionRequiredMixin]
    "#);
}

#[test]
fn a_login_beside_a_permission_is_no_answer_to_super() {
    let lines = asked(
        r#"
from django.urls import path
from depot import views

urlpatterns = [
    path("both/", views.Both.as_view()),
    path("none/", views.NoPermission.as_view()),
]
"#,
        r#"
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.views.generic import TemplateView


class Both(LoginRequiredMixin, PermissionRequiredMixin, TemplateView):
    permission_required = "depot.view_stock"

    def has_permission(self):
        return super().has_permission()


class NoPermission(LoginRequiredMixin, PermissionRequiredMixin, TemplateView):
    permission_required = []

    def has_permission(self):
        return super().has_permission()
"#,
    );
    insta::assert_snapshot!(lines, @r#"
    /both/ GET permission [LoginRequiredMixin, PermissionRequiredMixin]
    /none/ GET login [LoginRequiredMixin]
    "#);
}
