from django.contrib.auth.models import User
from django.db import models


class Room(models.Model):
    name = models.CharField(max_length=80)
    is_closed = models.BooleanField(default=False)


class Person(models.Model):
    name = models.CharField(max_length=80)
    salary = models.IntegerField()
    floor = models.IntegerField()


class Guest(models.Model):
    name = models.CharField(max_length=80)
    secret_token = models.CharField(max_length=80)


class Key(models.Model):
    holder = models.ForeignKey(User, on_delete=models.CASCADE)
    room = models.ForeignKey(Room, on_delete=models.CASCADE)
