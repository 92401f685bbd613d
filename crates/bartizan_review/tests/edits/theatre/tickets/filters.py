from rest_framework import filters

from .models import Booking


class OwnBookings(filters.BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        if request.user.is_staff:
            return queryset
        return queryset.filter(**{view.user_field: request.user})


class OwnTheatre(filters.BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        return queryset.filter(owner=request.user)


class PaidSeats(filters.BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        if not request.user.is_staff:
            paid = {"booking__user": request.user, "booking__is_paid": True}
            queryset = queryset.filter(**paid)
        return queryset


class BookedPlays(filters.BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        plays = []
        for booking in Booking.objects.filter(user=request.user):
            plays.append(booking.play_id)
        return queryset.filter(pk__in=plays)
