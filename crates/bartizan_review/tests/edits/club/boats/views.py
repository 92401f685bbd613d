from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView, UpdateView, View

from .forms import AccountForm
from .guards import (
    MembersMixin,
    OwnTripMixin,
    boat_or_refusal,
    captains,
    mechanics,
    refused,
    sailors,
    treasurers,
)
from .models import Boat, Trip

LAUNCHERS = ["crane", "slip"]


@sailors
def boat(request, pk):
    return render(request, "boat.html", {"boat": get_object_or_404(Boat, pk=pk)})


@mechanics
def repair(request, pk):
    return render(request, "repair.html", {"boat": get_object_or_404(Boat, pk=pk)})


@captains
def lend(request, pk):
    return render(request, "lend.html", {"boat": get_object_or_404(Boat, pk=pk)})


def sell(request, pk):
    boat = get_object_or_404(Boat, pk=pk)
    if request.user.is_superuser:
        return render(request, "sell.html", {"boat": boat})
    return redirect("home")


class BoatEdit(PermissionRequiredMixin, UpdateView):
    model = Boat
    fields = ["name"]

    def get_permission_required(self):
        yield f"{Boat._meta.app_label}.change_boat"
        yield "boats.see_club"


@login_required
def trip(request, pk):
    return render(request, "trip.html", {"trip": get_object_or_404(Trip, pk=pk, owner=request.user)})


@login_required
def cancel(request, pk):
    trip = get_object_or_404(Trip, pk=pk)
    if not (request.user.is_superuser or trip.owner == request.user) and not trip.is_over:
        raise PermissionDenied
    trip.delete()
    return redirect("home")


@login_required
def mine(request):
    boats = request.user.boat_set.all()
    if boats.count() == 0:
        raise PermissionDenied
    return render(request, "mine.html", {"boats": boats})


def state(request):
    if request.method == "POST":
        if not request.user.is_staff:
            raise PermissionDenied
        Trip.objects.filter(is_over=True).delete()
    return JsonResponse({"trips": Trip.objects.count(), "boats": Boat.objects.count()})


def found_by(rows, pk, **extra):
    return get_object_or_404(rows, pk=pk, **extra)


@login_required
def note(request, pk):
    trip = found_by(Trip.objects.all(), pk, owner=request.user)
    return JsonResponse({"note": trip.note})


def prices(request):
    refusal = refused(request)
    if refusal is not None:
        return refusal
    return JsonResponse({"prices": list(Boat.objects.values("name"))})


@treasurers
def accounts(request):
    return render(request, "accounts.html")


@login_required
def hull(request, pk):
    boat, refusal = boat_or_refusal(request, pk)
    if refusal is not None:
        return refusal
    boat.name = request.POST["name"]
    boat.save()
    return JsonResponse({"name": boat.name})


class Harbour(MembersMixin, TemplateView):
    template_name = "harbour.html"


class TripNotes(OwnTripMixin, View):
    def get(self, request, pk):
        return JsonResponse({"note": self.trip.note})


class Sinking(LoginRequiredMixin, View):
    def get(self, request, pk):
        return render(request, "sink.html", {"boat": get_object_or_404(Boat, pk=pk)})

    def post(self, request, pk):
        boat = get_object_or_404(Boat, pk=pk)
        boat.delete()
        return redirect("home")


@login_required
def me(request):
    form = AccountForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        return redirect("home")
    return render(request, "me.html", {"form": form})


@login_required
def dock(request, pk):
    if request.session.get("rules_of_the_harbour_read_in_this_season") is None:
        raise PermissionDenied
    if request.headers.get("X-Harbour-Pass-Of-The-Season") != settings.HARBOUR_PASS:
        raise PermissionDenied
    if request.user.membership_of_the_harbour_is_cancelled:
        raise PermissionDenied
    if not request.user.is_staff:
        raise PermissionDenied
    return render(request, "dock.html", {"boat": get_object_or_404(Boat, pk=pk)})


def profile(request, name):
    sailor = get_object_or_404(get_user_model(), username=name)
    if sailor.is_hidden:
        raise Http404
    return render(request, "profile.html", {"sailor": sailor})


@method_decorator(require_POST, name="dispatch")
class Launch(LoginRequiredMixin, View):
    def get(self, request):
        return redirect("home")

    def post(self, request):
        trip = get_object_or_404(Trip, pk=request.POST["trip"])
        if hasattr(trip, "owner") and trip.owner_id == request.user.id:
            trip.save()
        elif request.POST["by"] in LAUNCHERS and request.user.is_staff:
            trip.save()
        else:
            raise PermissionDenied
        return redirect("home")


@login_required
def tidy(request):
    if request.user.is_staff:
        Trip.objects.filter(is_over=True).delete()
    return redirect("home")
