from django.urls import path

from goods import api, views

urlpatterns = [
    path("", views.index),
    path("mine/<int:pk>/", views.mine),
    path("api/goods/", api.Goods.as_view()),
    path("api/goods/<int:pk>/", api.Good.as_view()),
]
