from django.urls import include, path
from rest_framework.routers import SimpleRouter

from jobs import api, views

router = SimpleRouter()
router.register("seats", api.Seats)

urlpatterns = [
    path("jobs/", views.jobs),
    path("jobs/<int:pk>/", views.show),
    path("jobs/<int:pk>/sheet/", views.sheet),
    path("jobs/<int:pk>/edit/", views.edit),
    path("jobs/<int:pk>/own/", views.own),
    path("jobs/<int:pk>/close/", views.close),
    path("jobs/<int:pk>/drop/", views.drop),
    path("jobs/<int:pk>/print/", views.to_print),
    path("jobs/<int:pk>/watch/", views.watch),
    path("jobs/<int:pk>/join/", views.join),
    path("jobs/new/", views.new),
    path("jobs/found/", views.find),
    path("bench/", views.bench),
    path("jobs/<int:pk>/lend/", views.lend),
    path("jobs/<int:pk>/take-back/", views.take_back),
    path("jobs/<int:pk>/notes/", views.notes),
    path("jobs/<int:pk>/notes/add/", views.add_note),
    path("contact/", views.contact),
    path("stock/", views.stock),
    path("jobs/<int:pk>/paint/", views.paint),
    path("jobs/<int:pk>/name/", views.name),
    path("keys/", views.keys),
    path("tools/", views.tools),
    path("profile/", views.profile),
    path("password/", views.change_password),
    path("sign-up/", views.sign_up),
    path("api/jobs/", api.Jobs.as_view()),
    path("api/jobs/<int:pk>/", api.OneJob.as_view()),
    path("api/notes/", api.Notes.as_view()),
    path("api/permitted/", api.Permitted.as_view()),
    path("api/seated-notes/", api.SeatedNotes.as_view()),
    path("api/remarks/", api.Remarks.as_view()),
    path("api/groups/", api.Groups.as_view()),
    path("api/", include(router.urls)),
    path("jobs/<int:pk>/change/", views.EditJob.as_view()),
]
