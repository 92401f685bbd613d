from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.forms import modelform_factory
from django.http import Http404, HttpResponseForbidden, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.generic import UpdateView
from rules.contrib.views import permission_required

from .checks import is_sent, may, sent, staff_only
from .forms import ContactForm, JobForm, NoteForm, ProfileForm
from .models import Job, Note, Profile


@login_required
def jobs(request):
    # by title
    found = Job.objects.filter(owner=request.user, is_closed=False)
    return render(request, "jobs.html", {"jobs": found})


def show(request, pk):
    job = get_object_or_404(Job, pk=pk)
    if request.GET.get("price") or request.GET.get("cost"):
        if not request.user.has_perm("jobs.see_price"):
            raise PermissionDenied
    return render(request, "job.html", {"job": job})


def sheet(request, pk):
    job = get_object_or_404(Job, pk=pk)
    if request.GET.get("print") or request.GET.get("sheet"):
        if not request.user.is_authenticated:
            return redirect("/login/")
    if job.is_closed and job.watchers.exists():
        if not job.watchers.filter(pk=request.user.pk).exists():
            raise PermissionDenied
    return render(request, "sheet.html", {"job": job})


@login_required
def edit(request, pk):
    job = get_object_or_404(Job, pk=pk)
    # edited
    if not request.user.has_perm("jobs.edit"):
        return HttpResponseForbidden()
    if job.is_closed:
        return redirect("/jobs/")
    job.title = request.POST["title"]
    job.save()
    return redirect("/jobs/")


@login_required
def own(request, pk):
    job = get_object_or_404(Job, pk=pk, owner=request.user)
    return render(request, "job.html", {"job": job})


@login_required
@require_POST
def close(request, pk):
    job = get_object_or_404(Job, pk=pk)
    job.close(request.user)
    return redirect("/jobs/")


@login_required
def drop(request, pk):
    job = get_object_or_404(Job, pk=pk, owner=request.user)
    if request.method == "POST":
        job.delete()
        return redirect("/jobs/")
    return render(request, "drop.html", {"job": job})


@login_required
def to_print(request, pk):
    job = get_object_or_404(Job, pk=pk)
    form = JobForm(request.POST, instance=job, user=request.user)
    if form.is_valid():
        form.save()
    return render(request, "print.html", {"job": job})


@login_required
def watch(request, pk):
    job = get_object_or_404(Job, pk=pk)
    # watched
    if request.user not in job.watchers.all():
        raise PermissionDenied
    return render(request, "job.html", {"job": job})


@login_required
def join(request, pk):
    job = get_object_or_404(Job, pk=pk)
    # seated
    if not any(seat.user == request.user for seat in job.seats.all()):
        raise PermissionDenied
    return render(request, "job.html", {"job": job})


@login_required
@require_POST
def new(request):
    Job.objects.create(title=request.POST["title"], owner=request.user)
    return redirect("/jobs/")


@login_required
def find(request):
    # found
    found = Job.objects.filter(owner=request.user, title=request.GET["title"])
    return render(request, "jobs.html", {"jobs": found})


@staff_only
@require_POST
def bench(request):
    Job.objects.filter(is_closed=True).delete()
    return redirect("/jobs/")


@may("jobs.lend")
def _lend(request, pk, is_closed):
    job = get_object_or_404(Job, pk=pk)
    job.is_closed = is_closed
    job.save()
    return redirect("/jobs/")


def lend(request, pk):
    return _lend(request, pk, is_closed=True)


def take_back(request, pk):
    return _lend(request, pk, is_closed=False)


@login_required
def notes(request, pk):
    job = get_object_or_404(Job.objects.filter(owner=request.user), pk=pk)
    found = Note.objects.filter(job=job)
    return render(request, "notes.html", {"notes": found})


@login_required
def contact(request):
    form = ContactForm(data=sent(request), instance=request.user.profile)
    if is_sent(request) and form.is_valid():
        form.save()
    return render(request, "contact.html", {"form": form})


@login_required
def add_note(request, pk, form_class=NoteForm):
    form = form_class(data=request.POST)
    if form.is_valid():
        form.save()
    return redirect("/jobs/")


def stock(request):
    if not request.user.groups.filter(name="clerks").exists():
        raise PermissionDenied
    return render(request, "stock.html")


@permission_required("jobs.paint", fn=lambda request, pk: get_object_or_404(Job, pk=pk))
def paint(request, pk):
    Job.objects.filter(pk=pk).update(title="painted")
    return redirect("/jobs/")


@login_required
@require_POST
def name(request, pk):
    job = get_object_or_404(Job, pk=pk)
    if not job.may_change(request.user):
        raise PermissionDenied
    job.title = request.POST["title"]
    job.save()
    return redirect("/jobs/")


@login_required
def keys(request):
    if not any(request.user.has_perm(perm) for perm in settings.KEYS):
        raise PermissionDenied
    return render(request, "keys.html")


@may("jobs.tools")
def tools(request):
    return render(request, "tools.html")


class EditJob(LoginRequiredMixin, UpdateView):
    model = Job
    fields = ["title", "price"]

    def get_queryset(self):
        return Job.objects.filter(owner=self.request.user)

    def get_form(self, *args, **kwargs):
        form = super().get_form(*args, **kwargs)
        if not self.request.user.is_staff:
            form.fields.pop("price")
        return form


@login_required
def profile(request):
    # mine
    profile = request.user.profile
    form = ProfileForm(request.POST or None, instance=profile)
    if form.is_valid():
        form.save()
    return render(request, "profile.html", {"form": form})


@login_required
@require_POST
def change_password(request):
    # mine
    user = request.user
    user.set_password(request.POST["password"])
    user.save()
    return redirect("/")


def sign_up(request):
    # open
    if not settings.SIGN_UP_IS_OPEN:
        raise Http404
    User.objects.create_user(request.POST["name"], password=request.POST["password"])
    return redirect("/")
