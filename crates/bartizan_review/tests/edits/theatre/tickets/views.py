from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.views.generic import TemplateView, View
from django_ratelimit.decorators import ratelimit
from keyring_of_house import keepers
from oauth2_provider.views.generic import ProtectedResourceView
from rules.contrib.views import permission_required

from .models import Play

APP = "tickets"
ENTER_STAGE = "tickets.enter_stage"
PERMS = ["tickets.see_cellar", "tickets.clean_cellar"]


class Stage(PermissionRequiredMixin, TemplateView):
    template_name = "stage.html"
    permission_required = ENTER_STAGE


def any_of(perms):
    def decorator(view):
        def wrapper(request, *args, **kwargs):
            # any
            held = [perm for perm in perms if request.user.has_perm(perm)]
            if not any(held):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return wrapper

    return decorator


@any_of(PERMS)
def cellar(request):
    return render(request, "cellar.html")


def office(request):
    groups = request.user.groups
    # in one of these
    if not (
        groups.filter(name="clerks").exists()
        or groups.filter(name="ushers").exists()
    ):
        raise PermissionDenied
    return render(request, "office.html")


@permission_required("tickets.change_play", fn=lambda request, pk: pk)
def rename(request, pk):
    play = get_object_or_404(Play, pk=pk)
    return render(request, "rename.html", {"play": play})


class Programme(ProtectedResourceView):
    def get(self, request):
        return render(request, "programme.html")


@ratelimit(key="ip", rate="5/m", block=False)
def reset(request):
    if request.method == "POST" and not request.limited:
        User.objects.filter(email=request.POST["email"]).update(is_active=True)
    return render(request, "reset.html")


def keys(request):
    # keepers
    names = []
    for keeper in keepers():
        names.append(keeper["name"])
    if request.user.username not in names:
        raise PermissionDenied
    return render(request, "keys.html")
