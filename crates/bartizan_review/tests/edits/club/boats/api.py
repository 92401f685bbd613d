from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework import viewsets
from rest_framework.permissions import BasePermission, IsAuthenticated

from .models import Boat, Trip
from .serializers import BoatSerializer


class IsCaptain(BasePermission):
    def has_object_permission(self, request, view, obj):
        if isinstance(obj, Trip):
            boat = obj.boat
        elif isinstance(obj, Boat):
            boat = obj
        else:
            boat = None
        return boat.is_open_to(request.user, "captain")


class OwnViewSet(viewsets.ModelViewSet):
    permission_classes = [IsAuthenticated, IsCaptain]
    owner_lookup = None

    def get_queryset(self):
        rows = self.queryset
        if self.owner_lookup is not None:
            rows = rows.filter(**{self.owner_lookup: self.request.user})
        return rows


class BoatViewSet(OwnViewSet):
    queryset = Boat.objects.all()
    serializer_class = BoatSerializer
    owner_lookup = "sailors"


class TripViewSet(OwnViewSet):
    queryset = Trip.objects.all()
    serializer_class = import_string(settings.SERIALIZERS["boats"]["Trip"])
    owner_lookup = "owner"

    def get_throttles(self):
        if self.action in ["create", "destroy"]:
            self.throttle_scope = "trips." + self.action
        return super().get_throttles()
