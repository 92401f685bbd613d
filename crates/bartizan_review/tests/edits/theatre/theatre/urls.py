from django.urls import include, path
from rest_framework.routers import DefaultRouter

from tickets import api, views

router = DefaultRouter()
router.register("bookings", api.BookingViewSet)
router.register("seats", api.SeatViewSet)
router.register("plays", api.PlayViewSet)
router.register("posters", api.PosterViewSet, basename="poster")
router.register("rehearsals", api.RehearsalViewSet, basename="rehearsal")
router.register("costumes", api.CostumeViewSet)
router.register("props", api.PropViewSet)

urlpatterns = [
    path("api/", include(router.urls)),
    path("props/", api.PropList.as_view()),
    path("archive/", api.Archive.as_view()),
    path("stage/", views.Stage.as_view()),
    path("cellar/", views.cellar),
    path("keys/", views.keys),
    path("office/", views.office),
    path("plays/<int:pk>/", views.rename),
    path("reset/", views.reset),
    path("programme/", views.Programme.as_view()),
]
