from django.urls import path

from rooms import views

urlpatterns = [
    path("about/", views.about, name="about"),
    path("rooms/", views.rooms, name="rooms"),
    path("rooms/<int:pk>/", views.room, name="room"),
    path("rooms/<int:pk>/close/", views.close, name="room-close"),
    path("people/", views.PeopleList.as_view(), name="people"),
    path("people/<int:pk>/", views.PersonEdit.as_view(), name="person"),
    path("guests/<str:slug>/", views.GuestPage.as_view(), name="guest"),
    path("code/", views.Code.as_view(), name="code"),
    path("keys/", views.KeyList.as_view(), name="keys"),
]
