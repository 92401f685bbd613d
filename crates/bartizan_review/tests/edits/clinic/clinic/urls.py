from django.contrib import admin
from django.urls import include, path

from accounts import views as accounts

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("django.contrib.auth.urls")),
    path("profile/", accounts.ProfileView.as_view(), name="profile"),
    path("staff/", accounts.staff_list, name="staff"),
    path("signup/", accounts.SignUpView.as_view(), name="signup"),
    path("about/", accounts.about, name="about"),
    path("patients/", include("patients.urls")),
    path("billing/", include("billing.urls", namespace="billing")),
]
