from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseForbidden, JsonResponse
from django.shortcuts import get_object_or_404

from .models import Boat, Pass, Trip

READ, REPAIR, LEND = range(3)


def sailors(view, mode=READ):
    def wrapper(*args, **kwargs):
        request = args[0]
        request.is_nested = len(args) > 1
        boat = get_object_or_404(Boat, pk=kwargs["pk"])
        if not request.user.is_authenticated:
            return HttpResponseForbidden()
        if mode == REPAIR and not boat.is_open_to(request.user, "captain", "mechanic"):
            return HttpResponseForbidden()
        if mode == LEND and not boat.is_open_to(request.user, "captain"):
            return HttpResponseForbidden()
        return view(*args, **kwargs)

    return wrapper


def refused(request):
    if not hasattr(request, "club") or request.club is None:
        return HttpResponseForbidden()
    if not request.user.is_staff:
        return HttpResponseForbidden()
    return None


def mechanics(view):
    return sailors(view, REPAIR)


def captains(view):
    return sailors(view, LEND)


class JsonForbidden(JsonResponse):
    def __init__(self, *args, **kwargs):
        kwargs["status"] = 403
        super().__init__(*args, **kwargs)


def forbidden(message, as_json=False):
    if as_json:
        return JsonForbidden({"detail": message})
    return HttpResponseForbidden()


def treasurers(view):
    def wrapper(request, *args, **kwargs):
        if not request.user.groups.filter(name="treasurers").exists():
            return forbidden("for treasurers", as_json=True)
        return view(request, *args, **kwargs)

    return wrapper


def boat_or_refusal(request, pk):
    boat = Boat.objects.filter(pk=pk).first()
    if boat is None:
        return None, JsonResponse({"detail": "no such boat"}, status=404)
    if not request.user.is_staff:
        return None, JsonResponse({"detail": "for the staff"}, status=403)
    return boat, None


class SeasonPass:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.season = None
        key = request.headers.get("X-Season")
        if key:
            request.season = Pass.objects.filter(key=key, is_active=True).first()
        return self.get_response(request)


class MembersMixin(PermissionRequiredMixin):
    permission_required = "boats.sail"

    def handle_no_permission(self):
        return redirect_to_login(self.request.get_full_path())


class OwnTripMixin(PermissionRequiredMixin):
    permission_required = "boats.sail"

    def has_permission(self):
        if not self.request.user.is_authenticated:
            return False
        try:
            self.trip = Trip.objects.get(pk=self.kwargs["pk"], owner=self.request.user)
        except Trip.DoesNotExist:
            return False
        return True
