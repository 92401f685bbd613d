from django.conf import settings
from django.urls import include, path
from rest_framework.routers import DefaultRouter

from courses import api, lessons, views

router = DefaultRouter()
router.register("homework", api.HomeworkViewSet, basename="homework")
router.register("courses", api.CourseViewSet, basename="course")

urlpatterns = [
    path("courses/", views.CourseList.as_view(), name="courses"),
    path("courses/<int:pk>/", views.CourseDetail.as_view(), name="course"),
    path("courses/<int:pk>/edit/", views.CourseEdit.as_view(), name="course-edit"),
    path("courses/<int:pk>/close/", views.close, name="course-close"),
    path("courses/<int:pk>/rename/", lessons.rename, name="course-rename"),
    path("courses/<int:pk>/notes/", lessons.Notes.as_view(), name="notes"),
    path("marks/<int:pk>/", lessons.Mark.as_view(), name="mark"),
    path("plan/", lessons.plan, name="plan"),
    path("handouts/<path:name>", lessons.Handout.as_view(), name="handout"),
    path("homework/<int:pk>/", views.homework, name="homework"),
    path("keys/", views.key, name="key"),
    path("people/<str:username>/", views.Profile.as_view(), name="profile"),
    path("api/", include(router.urls)),
]

if "library" in settings.INSTALLED_APPS:
    from library import views as library

    urlpatterns.append(path("loans/", library.loans, name="loans"))
    urlpatterns.append(path("api/", include("library.urls")))
