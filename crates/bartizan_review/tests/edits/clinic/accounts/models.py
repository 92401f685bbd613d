from django.contrib.auth.models import AbstractUser
from django.db import models


class Clinic(models.Model):
    name = models.CharField(max_length=100)
    is_open = models.BooleanField(default=True)


class User(AbstractUser):
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="staff")
    role = models.CharField(max_length=20, default="nurse")
    phone = models.CharField(max_length=30, blank=True)
