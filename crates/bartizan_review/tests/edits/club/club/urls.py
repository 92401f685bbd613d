from django.urls import include, path
from rest_framework.routers import DefaultRouter

from boats import api, views

router = DefaultRouter()
router.register("boats", api.BoatViewSet)
router.register("trips", api.TripViewSet)

urlpatterns = [
    path("api/", include(router.urls)),
    path("boats/<int:pk>/", views.boat),
    path("boats/<int:pk>/repair/", views.repair),
    path("boats/<int:pk>/lend/", views.lend),
    path("boats/<int:pk>/sell/", views.sell),
    path("boats/<int:pk>/edit/", views.BoatEdit.as_view()),
    path("trips/<int:pk>/", views.trip),
    path("trips/<int:pk>/cancel/", views.cancel),
    path("trips/mine/", views.mine),
    path("trips/state/", views.state),
    path("trips/<int:pk>/note/", views.note),
    path("prices/", views.prices),
    path("accounts/", views.accounts),
    path("boats/<int:pk>/hull/", views.hull),
    path("boats/<int:pk>/dock/", views.dock),
    path("boats/<int:pk>/sink/", views.Sinking.as_view()),
    path("harbour/", views.Harbour.as_view()),
    path("trips/<int:pk>/notes/", views.TripNotes.as_view()),
    path("me/", views.me),
    path("tidy/", views.tidy),
    path("sailors/<str:name>/", views.profile),
    path("launch/", views.Launch.as_view()),
]
