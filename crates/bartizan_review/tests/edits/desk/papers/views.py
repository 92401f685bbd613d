from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseForbidden, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, UpdateView

from .access import asked, is_team_of, note_rights
from .forms import get_paper_form
from .models import Folder, Paper


def render_code(code, request):
    return render(request, "%d.html" % code, status=code)


def render_403(request):
    return render_code(403, request)


@asked
def archive(request):
    return JsonResponse({"papers": list(Paper.objects.filter(signed=True).values())})


@asked
def stamp(request, pk):
    paper = get_object_or_404(Paper, pk=pk)
    if request.method == "POST":
        paper.signed = True
        paper.save()
    return render(request, "paper.html", {"paper": paper})


def may_pin(paper, user):
    if paper and paper.is_public:
        return True
    return user.has_perm("papers.pin")


def board(request, title):
    try:
        paper = Paper.objects.get(title=title)
    except Paper.DoesNotExist:
        paper = None
    if not may_pin(paper, request.user):
        raise PermissionDenied
    if paper and paper.stage == "sealed" and not request.user.is_staff:
        raise Http404
    return render(request, "board.html", {"paper": paper})


@require_POST
@asked
def seal(request, pk):
    paper = get_object_or_404(Paper, pk=pk)
    if paper.stage != paper.Stage.OPEN:
        raise Http404("It is sealed.")

    paper.stage = paper.Stage.SEALED
    paper.save()
    return redirect("/")


def show(request, pk):
    paper = get_object_or_404(Paper, pk=pk)
    # shown
    if paper.owner != request.user:
        raise PermissionDenied
    return render(request, "paper.html", {"paper": paper})


def edit(request, pk):
    paper = get_object_or_404(Paper, pk=pk)
    # edited
    if not request.user.is_staff:
        raise PermissionDenied
    paper.title = request.POST["title"]
    paper.save()
    return redirect("/")


class Sign(View):
    def post(self, request, pk):
        paper = get_object_or_404(Paper, pk=pk)
        # signed
        if not request.user.has_perm("papers.sign"):
            return HttpResponseForbidden()
        self.sign(paper)
        return redirect("/")

    def sign(self, paper):
        paper.signed = True
        paper.save()


class Tables(View):
    def get(self, request):
        # listed
        if not request.user.is_staff:
            raise PermissionDenied
        return JsonResponse({"papers": list(Paper.objects.values())})


def report(request):
    # reported
    if request.method == "POST":
        if not request.user.is_staff:
            raise PermissionDenied
        Paper.objects.filter(signed=True).delete()
        return redirect("/")
    return render(request, "report.html")


class NewPaper(LoginRequiredMixin, CreateView):
    model = Paper

    def get_form_class(self):
        return get_paper_form()

    def form_valid(self, form):
        # made
        if form.instance.folder.clerks.filter(pk=self.request.user.pk).count() == 0:
            raise PermissionDenied
        form.instance.owner = self.request.user
        form.save()
        return redirect("/")


def settings_page(request):
    if not request.user.is_authenticated:
        return redirect("/login")
    return render(request, "settings.html")


def change_mail(request):
    if not request.user.is_authenticated:
        return render_403(request)
    if request.POST.get("email"):
        request.user.email = request.POST["email"]
        request.user.save()
        return redirect("/")
    return settings_page(request)


def clear(request):
    if not request.user.is_staff:
        return render_403(request)
    Paper.objects.all().delete()
    return redirect("/")


def folder(request, pk):
    folder = get_object_or_404(Folder, pk=pk)
    if not request.user.is_authenticated:
        raise PermissionDenied
    note_rights(request.user, folder)
    if not request.user.is_folder_clerk:
        raise PermissionDenied
    return render(request, "folder.html", {"papers": folder.paper_set.all()})


class EditPaper(UpdateView):
    model = Paper
    fields = ["title"]

    def get_queryset(self):
        return Paper.objects.filter(owner=self.request.user)


def page(request, pk):
    paper = get_object_or_404(Paper, pk=pk, signed=True)
    if "edit" in request.GET:
        if not request.user.has_perm("papers.change_paper"):
            raise PermissionDenied
        return EditPaper.as_view()(request, pk=paper.pk)
    return render(request, "page.html", {"paper": paper})


@login_required
def move(request, pk):
    paper = get_object_or_404(Paper, pk=pk)
    if request.method == "POST":
        if not (paper.owner == request.user or is_team_of(paper, request.user)):
            raise PermissionDenied
        paper.folder = get_object_or_404(Folder, pk=request.POST["folder"])
        paper.save()
        return redirect("/")
    return render(request, "move.html")


@login_required
def remove_person(request, pk=None):
    if pk:
        user = get_object_or_404(User, pk=pk)
    else:
        user = request.user
    if not request.user.has_perm("desk.remove_all") and (
        not request.user.has_perm("desk.remove")
        or user.profile.desk != request.user.profile.desk
        or user.has_perm("desk.remove")
    ):
        return HttpResponseForbidden()
    user.delete()
    return redirect("/")


@login_required
def reset_password(request, pk):
    user = get_object_or_404(User, pk=pk)
    if not request.user.has_perm("desk.reset"):
        return HttpResponseForbidden()
    if user.is_superuser:
        return HttpResponseForbidden()
    user.set_password(request.POST["password"])
    user.save()
    return redirect("/")


@login_required
def shared(request):
    papers = Paper.objects.filter(folder__group__in=request.user.groups.all())
    return render(request, "shared.html", {"papers": papers})


@login_required
def tools(request):
    if not request.user.has_perm("desk.tools") and not request.user.has_perm("desk.keys"):
        raise Http404
    return render(request, "tools.html", {"papers": Paper.objects.all()})


def read(request, pk):
    paper = get_object_or_404(Paper, pk=pk)
    if not paper.is_public and paper.owner != request.user:
        raise Http404
    return render(request, "paper.html", {"paper": paper})


@login_required
def close(request, pk):
    folder = get_object_or_404(Folder, pk=pk)
    if folder.group not in request.user.groups.all():
        return redirect("/folders/")
    folder.name = "closed"
    folder.save()
    return redirect("/folders/")


def lock(request, pk):
    folder = get_object_or_404(Folder, pk=pk)
    if not request.rights.may_lock(folder, request.user):
        raise PermissionDenied
    folder.name = "locked"
    folder.save()
    return redirect("/folders/")


class AskFirst:
    def dispatch(self, request, *args, **kwargs):
        refusal = self.check_permissions(request)
        if refusal:
            return refusal
        return super().dispatch(request, *args, **kwargs)

    def check_permissions(self, request):
        if not request.user.is_staff:
            return HttpResponseForbidden()
        return None


class Tidy(AskFirst, View):
    def post(self, request, pk):
        Paper.objects.filter(folder=pk).delete()
        return redirect("/folders/")


@login_required
@require_POST
def drop(request, pk):
    Paper.objects.filter(pk=pk).delete()
    return redirect("/")


@login_required
def own(request, pk):
    # found
    paper = Paper.objects.get(pk=pk, owner=request.user)
    return render(request, "paper.html", {"paper": paper})
