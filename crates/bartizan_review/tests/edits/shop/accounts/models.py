from django.contrib.auth.models import AbstractUser
from django.db import models


class Tenant(models.Model):
    name = models.CharField(max_length=100)
    suspended = models.BooleanField(default=False)


class User(AbstractUser):
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    role = models.CharField(max_length=20, default="customer")
    credit = models.DecimalField(max_digits=8, decimal_places=2, default=0)
