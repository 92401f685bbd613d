from django.conf import settings
from django.db import models


class Patient(models.Model):
    name = models.CharField(max_length=100)
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)

    class Meta:
        permissions = [("discharge_patient", "Can discharge a patient")]


class Visit(models.Model):
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE)
    day = models.DateField()


class Note(models.Model):
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE)
    text = models.TextField()
