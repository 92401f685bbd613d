from django.conf import settings
from django.db import models
from model_utils.managers import InheritanceManager


class Item(models.Model):
    name = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="items")
    keepers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="kept")
    objects = InheritanceManager()
