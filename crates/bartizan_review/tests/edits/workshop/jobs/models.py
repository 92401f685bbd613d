from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.module_loading import import_string


class Profile(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    phone = models.CharField(max_length=20)


class Job(models.Model):
    title = models.CharField(max_length=50)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="jobs")
    watchers = models.ManyToManyField(User, related_name="watched")
    is_closed = models.BooleanField(default=False)
    price = models.IntegerField(default=0)

    def may_see(self, user):
        return user.is_staff or self.seats.filter(user=user).exists()

    def may_change(self, user):
        return user.is_staff or self.seats.filter(user=user, is_first=True).exists()

    def close(self, user):
        if not user.has_perm("jobs.close"):
            raise PermissionDenied
        self.is_closed = True
        self.save()


class Seat(models.Model):
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    is_first = models.BooleanField(default=False)


class Note(models.Model):
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()


def get_note_model():
    try:
        return import_string(settings.NOTE_MODEL)
    except AttributeError:
        return Note
