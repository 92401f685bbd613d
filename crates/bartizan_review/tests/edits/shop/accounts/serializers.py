from rest_framework import serializers

from .models import User


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username", "email", "role", "credit"]
        read_only_fields = ["role", "credit"]


class PublicUserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username"]


class PasswordSerializer(serializers.Serializer):
    old = serializers.CharField(write_only=True)
    new = serializers.CharField(write_only=True)
    hint = serializers.CharField(read_only=True)
