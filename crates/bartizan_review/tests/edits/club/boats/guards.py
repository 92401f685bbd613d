from django.http import HttpResponseForbidden
from django.shortcuts import get_object_or_404

from .models import Boat

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
