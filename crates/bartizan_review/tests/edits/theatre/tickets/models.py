from django.contrib.auth.models import User
from django.db import models


class Play(models.Model):
    title = models.CharField(max_length=50)
    owner = models.ForeignKey(User, on_delete=models.CASCADE)


class Booking(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    play = models.ForeignKey(Play, on_delete=models.CASCADE)
    note = models.TextField()
    is_paid = models.BooleanField(default=False)


class Seat(models.Model):
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE)
    number = models.IntegerField()


class Poster(models.Model):
    play = models.ForeignKey(Play, on_delete=models.CASCADE)
    text = models.TextField()


class Rehearsal(models.Model):
    play = models.ForeignKey(Play, on_delete=models.CASCADE)


class Costume(models.Model):
    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    size = models.IntegerField()


class Prop(models.Model):
    name = models.CharField(max_length=50)
    is_lent = models.BooleanField(default=False)


def get_rehearsal_model():
    return Rehearsal
