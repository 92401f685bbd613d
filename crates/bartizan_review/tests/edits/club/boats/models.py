from django.conf import settings
from django.db import models


class Fleet(models.Model):
    name = models.CharField(max_length=100)
    is_closed = models.BooleanField(default=False)


class Boat(models.Model):
    name = models.CharField(max_length=100)
    fleet = models.ForeignKey(Fleet, on_delete=models.CASCADE)
    sailors = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership")

    def is_open_to(self, user, *levels):
        if user.is_superuser:
            return True
        return self.membership_set.filter(sailor=user, level__in=levels).exists()


class Membership(models.Model):
    boat = models.ForeignKey(Boat, on_delete=models.CASCADE)
    sailor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    level = models.CharField(max_length=10)


class Trip(models.Model):
    boat = models.ForeignKey(Boat, on_delete=models.CASCADE)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    note = models.TextField()
    is_paid = models.BooleanField(default=False)
    is_over = models.BooleanField(default=False)


class Pass(models.Model):
    key = models.CharField(max_length=40)
    is_active = models.BooleanField(default=True)
