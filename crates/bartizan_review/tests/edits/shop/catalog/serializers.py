from rest_framework import serializers

from accounts.serializers import PublicUserSerializer

from .models import Product, Review


class ReviewSerializer(serializers.ModelSerializer):
    author = PublicUserSerializer(read_only=True)

    class Meta:
        model = Review
        fields = ["id", "product", "author", "text", "approved"]
        extra_kwargs = {"approved": {"read_only": True}}


class ProductSerializer(serializers.ModelSerializer):
    class Meta:
        model = Product
        exclude = ["purchase_price"]
