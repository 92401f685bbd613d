from django.conf import settings
from django.db import models


class PatientQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(clinic=user.clinic, archived=False)


class Patient(models.Model):
    clinic = models.ForeignKey("accounts.Clinic", on_delete=models.CASCADE)
    doctor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="patients"
    )
    name = models.CharField(max_length=100)
    born = models.DateField()
    diagnosis = models.TextField(blank=True)
    insurance_number = models.CharField(max_length=40)
    archived = models.BooleanField(default=False)

    objects = PatientQuerySet.as_manager()


class Appointment(models.Model):
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="appointments")
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    starts = models.DateTimeField()
    confirmed = models.BooleanField(default=False)
    note = models.TextField(blank=True)


class Document(models.Model):
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    file = models.FileField()
