from rest_framework import serializers

from .models import Boat, Trip


class BoatSerializer(serializers.ModelSerializer):
    class Meta:
        model = Boat
        fields = ["name"]


class TripSerializer(serializers.ModelSerializer):
    class Meta:
        model = Trip
        fields = ["boat", "note", "is_paid"]
        read_only_fields = ["is_paid"]
