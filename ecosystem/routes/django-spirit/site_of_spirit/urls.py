from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path

import spirit.urls

admin.site.login = login_required(admin.site.login)

urlpatterns = [
    path("", include(spirit.urls)),
    re_path(r"^admin/", admin.site.urls),
]
