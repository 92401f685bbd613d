from guardian.shortcuts import get_objects_for_user
from rest_framework import filters, generics, permissions, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.views import APIView
from roles_by_rows.mixins import PermissionRequiredForListMixin
from rules.contrib.views import PermissionRequiredMixin

from .filters import BookedPlays, OwnBookings, PaidSeats
from .models import Booking, Costume, Play, Poster, Prop, Seat, get_rehearsal_model
from .serializers import (
    BookingSerializer,
    CostumeSerializer,
    PlaySerializer,
    PosterSerializer,
    PropSerializer,
    RehearsalSerializer,
    SeatSerializer,
)
from .throttles import BookingThrottle

Rehearsal = get_rehearsal_model()

ARCHIVED = [Costume, Play]

POSTER_PERMS = {
    "GET": "view_poster",
    "PUT": "change_poster",
    "PATCH": "change_poster",
    "DELETE": "delete_poster",
}


class TheatreViewSet(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    filter_backends = (filters.OrderingFilter, OwnBookings)


class BookingViewSet(TheatreViewSet):
    queryset = Booking.objects.all()
    serializer_class = BookingSerializer
    throttle_classes = [BookingThrottle]
    user_field = "user"


class SeatViewSet(TheatreViewSet):
    queryset = Seat.objects.all()
    serializer_class = SeatSerializer
    filter_backends = (filters.OrderingFilter, PaidSeats)

    def get_queryset(self):
        # for directors
        if self.request.user.has_perm("tickets.view_all_seats"):
            self.filter_backends = (filters.OrderingFilter,)
        return Seat.objects.order_by("number")


class PlayViewSet(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    queryset = Play.objects.all()
    serializer_class = PlaySerializer
    filter_backends = (filters.OrderingFilter, BookedPlays)

    def get_permissions(self):
        return [permission() for permission in self.permission_classes]

    @action(detail=False)
    def programme(self, request):
        return Response([play.title for play in Play.objects.all()])


class PosterViewSet(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = PosterSerializer
    filter_backends = ()

    def get_queryset(self):
        perm = POSTER_PERMS.get(self.request.method, "view_poster")
        return get_objects_for_user(self.request.user, f"tickets.{perm}")


class RehearsalViewSet(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = RehearsalSerializer
    filter_backends = ()
    queryset = Rehearsal.objects.all()

    def get_queryset(self):
        # may be seen
        return get_objects_for_user(
            self.request.user, "tickets.view_rehearsal", super().get_queryset()
        )


class MayCostumes(permissions.DjangoModelPermissions):
    perms_map = {
        "GET": [f"{Costume._meta.app_label}.view_costume"],
        "OPTIONS": [],
        "HEAD": [],
        "POST": [f"{Costume._meta.app_label}.add_costume"],
        "PUT": [f"{Costume._meta.app_label}.change_costume"],
        "PATCH": [f"{Costume._meta.app_label}.change_costume"],
        "DELETE": [f"{Costume._meta.app_label}.delete_costume"],
    }


class CostumeViewSet(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated, MayCostumes]
    queryset = Costume.objects.all()
    serializer_class = CostumeSerializer


class PropViewSet(PermissionRequiredMixin, viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    queryset = Prop.objects.all()
    serializer_class = PropSerializer
    filter_backends = ()

    def get_permission_required(self):
        if self.action == "lend":
            return ["tickets.lend_prop"]
        elif self.action == "retrieve":
            return ["tickets.view_prop"]
        return []

    def get_permission_object(self):
        play = self.request.data.get("play")
        if play:
            return int(play)
        return None

    @action(detail=True, methods=["post"])
    def lend(self, request, pk):
        prop = self.get_object()
        prop.is_lent = True
        prop.save()
        return Response()


class Archive(APIView):
    permission_classes = [permissions.IsAuthenticated]

    def rows_of(self, model):
        rows = model.objects.all()
        # one's own
        rows = rows.filter(owner=self.request.user)
        return rows

    def get(self, request):
        models = [Play] if request.query_params.get("plays") else ARCHIVED
        found = []
        for model in models:
            rows = self.rows_of(model)
            found.extend(list(rows))
        return Response([str(row) for row in found])


class PropList(PermissionRequiredForListMixin, generics.ListAPIView):
    permission_classes = [permissions.IsAuthenticated]
    permission_required = "tickets.view_prop"
    queryset = Prop.objects.all()
    serializer_class = PropSerializer
    filter_backends = ()
