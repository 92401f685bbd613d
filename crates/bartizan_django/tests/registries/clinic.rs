//! The clinic that most of these tests are about.

pub const MODELS: (&str, &str) = (
    "clinic/models.py",
    r#"
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    phone = models.CharField(max_length=20)


class Practice(models.Model):
    name = models.CharField(max_length=80)
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL)


class Stamped(models.Model):
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Patient(Stamped):
    practice = models.ForeignKey("Practice", on_delete=models.CASCADE)
    person = models.OneToOneField(Person, on_delete=models.CASCADE)
    number = models.CharField(max_length=12, unique=True)
    risk = models.IntegerField(editable=False)


class Visit(Stamped):
    patient = models.ForeignKey("clinic.Patient", on_delete=models.CASCADE)
    follows = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)
    notes = models.TextField()
"#,
);
