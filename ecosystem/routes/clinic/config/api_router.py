from django.conf import settings
from rest_framework.routers import DefaultRouter, SimpleRouter
from rest_framework_nested.routers import NestedSimpleRouter

from clinic.users.api import UserViewSet
from clinic.visits.api import NoteViewSet, PatientViewSet, VisitViewSet

router = DefaultRouter() if settings.DEBUG else SimpleRouter()

router.register("users", UserViewSet)
router.register("patients", PatientViewSet)
for prefix, viewset in (("visits", VisitViewSet), ("archive", VisitViewSet)):
    router.register(prefix, viewset, basename=prefix)

visits = NestedSimpleRouter(router, "visits", lookup="visit")
visits.register("notes", NoteViewSet, basename="visit-notes")

app_name = "api"
urlpatterns = router.urls + visits.urls
