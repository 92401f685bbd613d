from django.urls import path

from . import views

urlpatterns = [
    path("", views.PatientList.as_view(), name="patient-list"),
    path("<int:pk>/", views.PatientDetail.as_view(), name="patient-detail"),
    path("new/", views.PatientCreate.as_view(), name="patient-create"),
    path("<int:pk>/edit/", views.PatientUpdate.as_view(), name="patient-update"),
    path("<int:pk>/delete/", views.PatientDelete.as_view(), name="patient-delete"),
    path("<int:pk>/archive/", views.archive, name="patient-archive"),
    path("<int:pk>/diagnosis/", views.diagnosis, name="diagnosis"),
    path("<int:pk>/reassign/", views.reassign, name="reassign"),
    path("<int:pk>/documents/", views.Documents.as_view(), name="documents"),
    path("documents/<int:pk>/delete/", views.DocumentDelete.as_view(), name="document-delete"),
    path("search/", views.search, name="patient-search"),
    path("export/", views.export, name="patient-export"),
    path("calendar/", views.Calendar.as_view(), name="calendar"),
    path("appointments/<int:pk>/", views.appointment_edit, name="appointment"),
    path("appointments/<int:pk>/confirm/", views.confirm, name="confirm"),
]
