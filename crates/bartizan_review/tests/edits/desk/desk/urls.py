from django.urls import path

from papers import api, views

urlpatterns = [
    path("papers/<int:pk>/", views.show),
    path("papers/<int:pk>/read/", views.read),
    path("folders/<int:pk>/close/", views.close),
    path("folders/<int:pk>/lock/", views.lock),
    path("folders/<int:pk>/tidy/", views.Tidy.as_view()),
    path("papers/<int:pk>/drop/", views.drop),
    path("papers/<int:pk>/own/", views.own),
    path("api/folders/", api.Folders.as_view()),
    path("papers/<int:pk>/edit/", views.edit),
    path("papers/<int:pk>/sign/", views.Sign.as_view()),
    path("papers/<int:pk>/page/", views.page),
    path("papers/<int:pk>/move/", views.move),
    path("papers/new/", views.NewPaper.as_view()),
    path("report/", views.report),
    path("tables/", views.Tables.as_view()),
    path("settings/", views.settings_page),
    path("settings/mail/", views.change_mail),
    path("clear/", views.clear),
    path("folders/<int:pk>/", views.folder),
    path("people/<int:pk>/remove/", views.remove_person),
    path("people/<int:pk>/password/", views.reset_password),
    path("shared/", views.shared),
    path("tools/", views.tools),
    path("api/people/", api.People.as_view()),
    path("api/papers/<int:pk>/", api.paper),
    path("api/papers/", api.Papers.as_view()),
]
