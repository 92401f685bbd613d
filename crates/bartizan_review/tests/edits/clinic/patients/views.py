from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseForbidden, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import CreateView, DeleteView, DetailView, ListView, UpdateView

from accounts.decorators import manager_required, role_required

from .forms import AppointmentForm, PatientForm, SearchForm
from .mixins import ClinicMixin, DoctorMixin
from .models import Appointment, Document, Patient


class PatientList(ClinicMixin, ListView):
    model = Patient
    paginate_by = 50


class PatientDetail(ClinicMixin, DetailView):
    model = Patient


class PatientCreate(DoctorMixin, CreateView):
    model = Patient
    form_class = PatientForm
    success_url = reverse_lazy("patient-list")

    def form_valid(self, form):
        form.instance.clinic = self.request.user.clinic
        form.instance.doctor = self.request.user
        return super().form_valid(form)


class PatientUpdate(ClinicMixin, PermissionRequiredMixin, UpdateView):
    model = Patient
    fields = ["name", "diagnosis"]
    permission_required = "patients.change_patient"


class PatientDelete(LoginRequiredMixin, PermissionRequiredMixin, DeleteView):
    model = Patient
    permission_required = ("patients.delete_patient",)
    success_url = reverse_lazy("patient-list")

    def get_queryset(self):
        return Patient.objects.visible_to(self.request.user)


@login_required
def search(request):
    form = SearchForm(request.GET)
    found = Patient.objects.visible_to(request.user)
    if form.is_valid():
        found = found.filter(name__icontains=form.cleaned_data["term"])
    return render(request, "patients/search.html", {"found": found})


@login_required
@require_POST
def archive(request, pk):
    patient = get_object_or_404(Patient, pk=pk, doctor=request.user)
    patient.archived = True
    patient.save()
    return redirect("patient-list")


@login_required
@permission_required("patients.export_patient", raise_exception=True)
def export(request):
    patients = Patient.objects.filter(clinic=request.user.clinic)
    rows = [{"name": patient.name, "born": patient.born} for patient in patients]
    return JsonResponse({"patients": rows})


@login_required
def appointment_edit(request, pk):
    appointment = get_object_or_404(Appointment, pk=pk)
    if appointment.doctor != request.user and not request.user.is_superuser:
        raise PermissionDenied
    form = AppointmentForm(request.POST or None, instance=appointment)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("patient-list")
    return render(request, "patients/appointment.html", {"form": form})


@role_required("doctor")
def diagnosis(request, pk):
    patient = get_object_or_404(Patient, pk=pk, clinic=request.user.clinic)
    return render(request, "patients/diagnosis.html", {"patient": patient})


@manager_required
@require_http_methods(["GET", "POST"])
def reassign(request, pk):
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        patient.doctor_id = request.POST["doctor"]
        patient.save()
    return render(request, "patients/reassign.html", {"patient": patient})


@method_decorator(login_required, name="dispatch")
class Documents(View):
    def get(self, request, pk):
        documents = Document.objects.filter(patient_id=pk, patient__doctor=request.user)
        return render(request, "patients/documents.html", {"documents": documents})

    def post(self, request, pk):
        patient = get_object_or_404(Patient, pk=pk, doctor=request.user)
        Document.objects.create(
            patient=patient, uploaded_by=request.user, file=request.FILES["file"]
        )
        return redirect("documents", pk=pk)


class DocumentDelete(View):
    @method_decorator(login_required)
    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, pk):
        document = get_object_or_404(Document, pk=pk)
        if document.uploaded_by_id != request.user.id:
            return HttpResponseForbidden()
        document.delete()
        return redirect("patient-list")


class Calendar(LoginRequiredMixin, ListView):
    template_name = "patients/calendar.html"

    def get_queryset(self):
        if self.request.user.is_superuser:
            return Appointment.objects.all()
        return Appointment.objects.filter(doctor=self.request.user)


@never_cache
@login_required
def confirm(request, pk):
    try:
        appointment = request.user.appointment_set.get(pk=pk)
    except Appointment.DoesNotExist:
        raise Http404
    appointment.confirmed = True
    appointment.save(update_fields=["confirmed"])
    return redirect("calendar")
