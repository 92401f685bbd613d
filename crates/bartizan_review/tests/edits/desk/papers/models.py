from django.contrib.auth.models import Group, User
from django.db import models


class Folder(models.Model):
    name = models.CharField(max_length=50)
    clerks = models.ManyToManyField(User, related_name="clerk_of")
    group = models.ForeignKey(Group, on_delete=models.CASCADE)


class Paper(models.Model):
    class Stage(models.TextChoices):
        OPEN = "open"
        SEALED = "sealed"

    stage = models.CharField(max_length=9, choices=Stage.choices)
    title = models.CharField(max_length=50)
    body = models.TextField()
    verdict = models.CharField(max_length=20)
    signed = models.BooleanField(default=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    folder = models.ForeignKey(Folder, on_delete=models.CASCADE)

    @property
    def is_public(self):
        return self.signed and self.verdict == "public"
