from rest_framework import serializers

from .models import Booking, Costume, Play, Poster, Prop, Rehearsal, Seat


class BookingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Booking
        fields = ["play", "note"]


class SeatSerializer(serializers.ModelSerializer):
    class Meta:
        model = Seat
        fields = ["booking", "number"]


class PlaySerializer(serializers.ModelSerializer):
    class Meta:
        model = Play
        fields = ["title"]


class PosterSerializer(serializers.ModelSerializer):
    class Meta:
        model = Poster
        fields = ["text"]


class RehearsalSerializer(serializers.ModelSerializer):
    class Meta:
        model = Rehearsal
        fields = ["play"]


class CostumeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Costume
        fields = ["size"]


class PropSerializer(serializers.ModelSerializer):
    class Meta:
        model = Prop
        fields = ["name"]
