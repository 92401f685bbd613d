from rest_framework import generics, permissions, serializers

from .models import Item


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["name"]


class IsInside(permissions.BasePermission):
    def has_permission(self, request, view):
        return request.META["REMOTE_ADDR"].startswith("10.")


class Goods(generics.ListCreateAPIView):
    queryset = Item.objects.all()
    serializer_class = ItemSerializer
    permission_classes = [*generics.ListCreateAPIView.permission_classes, IsInside]


class Good(generics.RetrieveAPIView):
    queryset = Item.objects.all()
    serializer_class = ItemSerializer
