from functools import wraps

from django.contrib.auth.decorators import login_required, permission_required, user_passes_test
from django.contrib.auth.mixins import (
    LoginRequiredMixin,
    PermissionRequiredMixin,
    UserPassesTestMixin,
)
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseForbidden
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DeleteView, DetailView, ListView, TemplateView
from django_filters.views import FilterView
from guardian.mixins import PermissionRequiredMixin as GuardianPermissionRequiredMixin

from .models import Visit

PAGES = ("team", "contact", "how-to-find-us")


def page(request, name):
    return HttpResponse(name)


def doctors_only(view):
    @wraps(view)
    def inner(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect("account_login")
        if not request.user.has_perm("visits.change_visit"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner


class WardMixin:
    """Whoever is not of the ward is sent away."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_staff:
            raise PermissionDenied("The ward is for the staff")
        return super().dispatch(request, *args, **kwargs)


class VisitList(LoginRequiredMixin, ListView):
    model = Visit


class VisitCreate(PermissionRequiredMixin, CreateView):
    model = Visit
    fields = ["patient", "day"]
    permission_required = "visits.add_visit"


class VisitDetail(DetailView):
    model = Visit

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_anonymous:
            return redirect("account_login")
        return super().dispatch(request, *args, **kwargs)


class VisitDelete(UserPassesTestMixin, DeleteView):
    model = Visit
    success_url = "/visits/"

    def test_func(self):
        return self.request.user.is_superuser


@doctors_only
@require_POST
def sign(request, pk):
    visit = get_object_or_404(Visit, pk=pk)
    visit.save()
    return redirect("visits:detail", pk=pk)


def board(request):
    return HttpResponse("")


def desk(request):
    return HttpResponse("")


@permission_required("visits.view_visit", raise_exception=True)
def office(request):
    return HttpResponse("")


class Rounds(WardMixin, TemplateView):
    template_name = "rounds.html"

    def render_to_response(self, context, **kwargs):
        return HttpResponse("")


@method_decorator(login_required, name="dispatch")
class Night(View):
    def get(self, request):
        return HttpResponse("")

    def post(self, request):
        Visit.objects.all().delete()
        return HttpResponse("")


def pharmacy(request):
    if not request.user.is_authenticated or not request.user.has_perm("visits.view_visit"):
        return HttpResponseForbidden()
    return HttpResponse("")


def kiosk(request):
    greeting = "Welcome back" if request.user.is_authenticated else "Welcome"
    return HttpResponse(greeting)


def machines(request):
    return HttpResponse("")


@csrf_exempt
def hook(request):
    return HttpResponse("")


def mine(request):
    if request.user.is_authenticated:
        return HttpResponse("")
    return redirect("account_login")


@user_passes_test(lambda user: user.is_superuser)
def supervisor(request):
    return HttpResponse("")


class FilteredVisits(LoginRequiredMixin, FilterView):
    model = Visit
    filterset_fields = ["day"]


class Protected(GuardianPermissionRequiredMixin, DetailView):
    model = Visit
    permission_required = "visits.view_visit"


def samples(request, kind):
    return HttpResponse(kind)


def beds(request):
    return HttpResponse("")
