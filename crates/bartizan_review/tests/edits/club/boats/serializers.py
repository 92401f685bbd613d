from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework import serializers

from .models import Boat, Fleet, Trip


class FleetSerializer(serializers.ModelSerializer):
    class Meta:
        model = Fleet
        fields = ["name", "is_closed"]
        extra_kwargs = {"is_closed": {"read_only": True}}


class BoatSerializer(serializers.ModelSerializer):
    fleet = import_string(settings.SERIALIZERS["boats"]["Fleet"])(required=False)

    class Meta:
        model = Boat
        fields = ["name", "fleet"]


class TripSerializer(serializers.ModelSerializer):
    class Meta:
        model = Trip
        fields = ["boat", "note", "is_paid"]
        read_only_fields = ["is_paid"]
