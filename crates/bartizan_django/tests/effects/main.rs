//! What views change, followed through the code that they call: rows fetched, linked, iterated over and handed
//! on, forms and serializers, methods of models, managers and views.
#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

use bartizan_base::FilePath;
use bartizan_django::effects;
use bartizan_django::endpoints::surface;
use bartizan_django::registries::Registries;
use bartizan_django::settings::{Defaults, Settings, environments};
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Evaluator, Variables};

const MODELS: &str = r#"
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models


class Doctor(AbstractUser):
    pass


class VisitQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed=False)

    def close_all(self):
        return self.update(closed=True)


class Patient(models.Model):
    name = models.CharField(max_length=80)
    doctors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="patients")


class Visit(models.Model):
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="visits")
    closed = models.BooleanField(default=False)
    objects = VisitQuerySet.as_manager()

    def close(self):
        self.closed = True
        self.save()

    @property
    def first_note(self):
        return self.note_set.first()


class Note(models.Model):
    visit = models.ForeignKey("clinic.Visit", on_delete=models.CASCADE)
    text = models.TextField()

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        Journal.objects.create(text=self.text)


class Journal(models.Model):
    text = models.TextField()
"#;

const SERVICES: &str = r#"
from clinic.models import Note, Visit


def close(visit):
    visit.closed = True
    visit.save()


def visit_of(pk):
    return Visit.objects.get(pk=pk)


def annotate(visit, text):
    Note.objects.create(visit=visit, text=text)


def annotate_all(visits):
    for visit in visits:
        annotate(visit, "seen")


def ping(rows, left=3):
    rows.delete() if left == 0 else pong(rows, left - 1)


def pong(rows, left):
    ping(rows, left)
"#;

const FORMS: &str = r#"
from django import forms

from clinic.models import Visit


class VisitForm(forms.ModelForm):
    class Meta:
        model = Visit
        fields = ["closed"]


class LetterForm(forms.Form):
    text = forms.CharField()

    def save(self, visit):
        visit.note_set.create(text=self.cleaned_data["text"])
"#;

fn clinic(views: &str) -> Project {
    let names: Vec<&str> = views
        .lines()
        .filter_map(|line| line.strip_prefix("def ").or_else(|| line.strip_prefix("class ")))
        .map(|line| line.split(['(', ':']).next().unwrap())
        .collect();
    let mut urls =
        "from django.urls import path\nfrom clinic import views\nurlpatterns = [\n".to_owned();
    for name in names {
        let call = if name.starts_with(char::is_uppercase) { ".as_view()" } else { "" };
        urls.push_str(&format!("    path(\"{name}\", views.{name}{call}),\n"));
    }
    urls.push_str("]\n");
    site(&[("clinic/urls.py", &urls), ("clinic/views.py", views)])
}

fn site(files: &[(&str, &str)]) -> Project {
    let shared = [
        (
            "manage.py",
            "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"clinic.settings\")\n",
        ),
        ("clinic/__init__.py", ""),
        (
            "clinic/settings.py",
            "ROOT_URLCONF = \"clinic.urls\"\nINSTALLED_APPS = [\"clinic\"]\n\
             AUTH_USER_MODEL = \"clinic.Doctor\"\n",
        ),
        ("clinic/models.py", MODELS),
        ("clinic/services.py", SERVICES),
        ("clinic/forms.py", FORMS),
    ];
    let own = |path: &str| files.iter().any(|(known, _)| *known == path);
    let shared = shared.iter().filter(|(path, _)| !own(path));
    let files = shared.chain(files).map(|(path, text)| {
        let path = FilePath::new(path).unwrap();
        let reading = bartizan_python::read(&path, text.as_bytes());
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    });
    Project::link(files.collect(), Models::for_packages(["django", "rest_framework"]))
}

/// View by view, what it changes, the nearest first.
fn changes(views: &str) -> String {
    changes_of(&clinic(views))
}

fn changes_of(project: &Project) -> String {
    let evaluator = Evaluator::new(project);
    let found = environments(project, &evaluator, &[], &[]);
    let (defaults, variables) = (Defaults::latest(), Variables::defaults());
    let settings = Settings::of(project, &evaluator, &found[0], &defaults, &variables);
    let mut surface = surface(project, &evaluator, &settings);
    let registries = Registries::of(project, &evaluator, Some(&settings));
    effects::fill(&mut surface, project, &registries);
    let lines = surface.endpoints.iter().map(|endpoint| {
        let changes = match endpoint.writes.is_empty() {
            true => "nothing".to_owned(),
            false => endpoint.writes.join(", "),
        };
        format!("{}: {changes}\n", endpoint.route.trim_start_matches('/'))
    });
    lines.collect()
}

#[test]
fn rows_are_followed_from_where_they_are_fetched() {
    let changes = changes(
        r#"
from django.shortcuts import get_object_or_404
from clinic.models import Note, Patient, Visit
from clinic.services import visit_of


def fetched(request, pk):
    visit = get_object_or_404(Visit, pk=pk)
    visit.save()

def by_its_own_method(request, pk):
    Visit.objects.get(pk=pk).close()

def by_a_function(request, pk):
    visit_of(pk).delete()

def of_a_loop(request):
    for visit in Visit.objects.filter(closed=True).order_by("pk"):
        visit.delete()

def numbered(request):
    visits = list(Visit.objects.all())
    for at, visit in enumerate(visits):
        visit.save()

def of_a_list(request):
    visits = [visit for visit in Visit.objects.all()]
    visits[0].close()

def new(request):
    Visit(closed=False).save()

def perhaps_new(request):
    patient, is_new = Patient.objects.get_or_create(name="Ada")
    patient.visits.create()

def at_once(request):
    Visit.objects.open().update(closed=True)

def by_the_queryset(request):
    Visit.objects.open().close_all()

def forwards(request, pk):
    note = get_object_or_404(Note, pk=pk)
    note.visit.patient.delete()

def backwards(request, pk):
    patient = get_object_or_404(Patient, pk=pk)
    patient.visits.filter(closed=True).delete()

def by_a_property(request, pk):
    get_object_or_404(Visit, pk=pk).first_note.delete()

def linked(request, pk):
    get_object_or_404(Patient, pk=pk).doctors.add(request.user)

def linked_from_the_other_side(request, pk):
    request.user.patients.remove(get_object_or_404(Patient, pk=pk))

def who_asks(request):
    request.user.delete()
"#,
    );
    insta::assert_snapshot!(changes, @"
    fetched: Visit
    by_its_own_method: Visit
    by_a_function: Visit
    of_a_loop: Visit
    numbered: Visit
    of_a_list: Visit
    new: Visit
    perhaps_new: Patient, Visit
    at_once: Visit
    by_the_queryset: Visit
    forwards: Patient
    backwards: Visit
    by_a_property: Note
    linked: Patient
    linked_from_the_other_side: Patient
    who_asks: Doctor
    ");
}

#[test]
fn calls_are_followed_with_what_they_are_given() {
    let changes = changes(
        r#"
from django.db import transaction
from django.dispatch import Signal, receiver
from django.shortcuts import get_object_or_404
from clinic import services
from clinic.models import Journal, Note, Patient, Visit
from clinic.services import close

visit_closed = Signal()


def handed_on(request, pk):
    close(get_object_or_404(Visit, pk=pk))

def handed_on_twice(request):
    services.annotate_all(Visit.objects.all())

def handed_on_by_name(request, pk):
    services.annotate(visit=get_object_or_404(Visit, pk=pk), text="seen")

def in_turns(request):
    services.ping(Patient.objects.all())

def when_all_is_done(request, pk):
    visit = get_object_or_404(Visit, pk=pk)
    transaction.on_commit(lambda: visit.close())

def later(request, pk):
    close.delay(pk)

def by_what_saving_does(request, pk):
    get_object_or_404(Note, pk=pk).save()

def by_a_signal(request, pk):
    visit_closed.send(sender=Visit)

@receiver(visit_closed)
def write_down(sender, **kwargs):
    Journal.objects.create(text="closed")
"#,
    );
    insta::assert_snapshot!(changes, @"
    handed_on: Visit
    handed_on_twice: Note, Journal
    handed_on_by_name: Note, Journal
    in_turns: Patient
    when_all_is_done: Visit
    later: ?
    by_what_saving_does: Note, Journal
    by_a_signal: Journal
    write_down: Journal
    ");
}

#[test]
fn forms_and_views_save_what_they_are_about() {
    let changes = changes(
        r#"
from django.shortcuts import get_object_or_404
from django.forms import inlineformset_factory, modelformset_factory
from django.views import View
from django.views.generic import FormView, UpdateView
from rest_framework import generics, serializers
from clinic.forms import LetterForm, VisitForm
from clinic.models import Note, Patient, Visit

VisitFormSet = modelformset_factory(Visit, fields=["closed"])


def by_a_form(request, pk):
    form = VisitForm(request.POST, instance=get_object_or_404(Visit, pk=pk))
    if form.is_valid():
        form.save()

def by_a_form_in_two_steps(request):
    form = VisitForm(request.POST)
    visit = form.save(commit=False)
    visit.save()

def by_a_set_of_forms(request):
    formset = VisitFormSet(request.POST)
    formset.save()

def by_a_set_of_forms_in_two_steps(request, pk):
    patient = get_object_or_404(Patient, pk=pk)
    formset = inlineformset_factory(Patient, Note, fields=["text"])(request.POST, instance=patient)
    for note in formset.save(commit=False):
        note.save()

def by_a_form_of_its_own(request, pk):
    form = LetterForm(request.POST)
    form.save(get_object_or_404(Visit, pk=pk))

class Edited(UpdateView):
    model = Visit
    fields = ["closed"]

    def form_valid(self, form):
        self.object.note_set.create(text="edited")
        return super().form_valid(form)

class Letters(FormView):
    form_class = LetterForm

    def form_valid(self, form):
        form.save(get_object_or_404(Visit, pk=self.kwargs["pk"]))

class Base(View):
    def dispatch(self, request, *args, **kwargs):
        self.visit = get_object_or_404(Visit, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def note(self, text):
        self.visit.note_set.create(text=text)

class Closing(Base):
    def post(self, request, pk):
        self.visit.close()
        self.note("closed")

class VisitSerializer(serializers.ModelSerializer):
    class Meta:
        model = Visit
        fields = ["closed"]

class Visits(generics.CreateAPIView):
    serializer_class = VisitSerializer
    queryset = Visit.objects.all()

    def perform_create(self, serializer):
        visit = serializer.save()
        visit.patient.save()

class Shown(View):
    def get(self, request, pk):
        get_object_or_404(Visit, pk=pk).close()
"#,
    );
    insta::assert_snapshot!(changes, @"
    by_a_form: Visit
    by_a_form_in_two_steps: Visit
    by_a_set_of_forms: Visit
    by_a_set_of_forms_in_two_steps: Note, Journal
    by_a_form_of_its_own: Note, Journal
    Edited: Note, Visit, Journal
    Letters: Note, Journal
    Base: nothing
    Closing: Note, Visit, Journal
    VisitSerializer: nothing
    Visits: Patient, Visit
    Shown: Visit
    ");
}

#[test]
fn what_packages_change_is_known_by_their_routes() {
    let project = site(&[(
        "clinic/urls.py",
        "from django.urls import include, path\n\
         urlpatterns = [path(\"\", include(\"django.contrib.auth.urls\"))]\n",
    )]);
    insta::assert_snapshot!(changes_of(&project), @r"
    login/: nothing
    logout/: nothing
    password_change/: Doctor
    password_change/done/: nothing
    password_reset/: nothing
    password_reset/done/: nothing
    reset/<uidb64>/<token>/: Doctor
    reset/done/: nothing
    ");
}

#[test]
fn pages_of_the_admin_run_what_its_classes_say() {
    let project = site(&[
        (
            "clinic/settings.py",
            "ROOT_URLCONF = \"clinic.urls\"\nINSTALLED_APPS = [\"django.contrib.admin\", \"clinic\"]\n\
             AUTH_USER_MODEL = \"clinic.Doctor\"\n",
        ),
        (
            "clinic/urls.py",
            "from django.contrib import admin\nfrom django.urls import path\n\
             urlpatterns = [path(\"admin/\", admin.site.urls)]\n",
        ),
        (
            "clinic/admin.py",
            r#"
from django.contrib import admin

from clinic.models import Journal, Note, Patient, Visit


def tell(modeladmin, request, queryset):
    Note.objects.create(text="told")


class Traced(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        Journal.objects.create(text="saved")


@admin.register(Visit)
class VisitAdmin(Traced):
    actions = ["close", tell]

    def close(self, request, queryset):
        for patient in Patient.objects.all():
            patient.delete()

    def delete_model(self, request, obj):
        Patient.objects.filter(visits=obj).delete()
"#,
        ),
    ]);
    let lines = changes_of(&project);
    let lines: String = lines
        .lines()
        .filter(|line| line.starts_with("admin/clinic/visit/"))
        .map(|line| format!("{line}\n"))
        .collect();
    insta::assert_snapshot!(lines, @r"
    admin/clinic/visit/: Journal, Note, Patient, Visit
    admin/clinic/visit/add/: Journal, Visit
    admin/clinic/visit/<path:object_id>/history/: nothing
    admin/clinic/visit/<path:object_id>/delete/: Patient, Visit
    admin/clinic/visit/<path:object_id>/change/: Journal, Visit
    admin/clinic/visit/<path:object_id>/: nothing
    ");
}

#[test]
fn what_is_no_row_is_left_alone() {
    let changes = changes(
        r#"
from django.core.cache import cache
from django.core.files.storage import default_storage
from clinic.models import Visit
from clinic.forms import VisitForm


def containers(request):
    seen, known = set(), {}
    seen.add(1)
    known.update(a=1)
    visits = list(Visit.objects.all())
    visits.clear()

def elsewhere(request):
    cache.delete("visits")
    default_storage.save("letter.txt", request.FILES["letter"])
    request.session.save()

def looked_at(request):
    form = VisitForm(request.POST)
    form.is_valid()
    form.save(commit=False)
    Visit.objects.open().first()

def of_unknown_type(request, made):
    made.save()

def never(request):
    return None
    Visit.objects.all().delete()
"#,
    );
    insta::assert_snapshot!(changes, @"
    containers: nothing
    elsewhere: nothing
    looked_at: nothing
    of_unknown_type: ?
    never: nothing
    ");
}

#[test]
fn functions_that_call_each_other_without_end_are_followed_once() {
    let mut views =
        "from clinic.models import Visit\n\ndef all_of_it(request):\n    f0(Visit)\n".to_owned();
    for at in 0..3000 {
        let (before, next) = (at / 2, (at + 1) % 3000);
        views.push_str(&format!(
            "\nasync def f{at}(model):\n    model.objects.all().delete()\n    f{before}(model)\n    \
             f{next}(model)\n    f{next}([model])\n"
        ));
    }
    let begun = cpu_time::ProcessTime::now();
    assert_eq!(changes(&views), "all_of_it: Visit\n");
    assert!(begun.elapsed().as_secs() < 20);
}
