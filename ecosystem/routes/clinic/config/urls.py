from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.contrib.flatpages import views as flatpages
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path
from django.views import defaults as default_views
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from graphene_django.views import GraphQLView
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView
from strawberry.django.views import GraphQLView as StrawberryView

from clinic.visits.admin import ward_admin
from clinic.visits.feeds import LatestVisits, sitemaps
from clinic.visits.ninja import api as ninja
from clinic.visits.strawberry import schema
from clinic.visits.views import PAGES, page

urlpatterns = [
    path("", TemplateView.as_view(template_name="pages/home.html"), name="home"),
    path(
        "about/", login_required(TemplateView.as_view(template_name="pages/about.html")), name="about"
    ),
    path(settings.ADMIN_URL, admin.site.urls),
    path("ward/", ward_admin.urls),
    path("users/", include("clinic.users.urls", namespace="users")),
    path("visits/", include("clinic.visits.urls")),
    path("accounts/", include("allauth.urls")),
    path("members/", include("django.contrib.auth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("pages/", include("django.contrib.flatpages.urls")),
    path("imprint/", flatpages.flatpage, {"url": "/imprint/"}, name="imprint"),
    path("sitemap.xml", sitemap, {"sitemaps": sitemaps}, name="sitemap"),
    path("feed/", LatestVisits(), name="feed"),
]
urlpatterns += i18n_patterns(
    *[path(f"{name}/", page, {"name": name}, name=name) for name in PAGES],
    prefix_default_language=True,
)
urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

urlpatterns += [
    path("api/", include("config.api_router")),
    path("api/auth-token/", obtain_auth_token),
    path("api/token/", TokenObtainPairView.as_view(), name="token"),
    path("api/token/refresh/", TokenRefreshView.as_view(), name="token-refresh"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    path("api/browse/", include("rest_framework.urls", namespace="rest_framework")),
    path("api/rest-auth/", include("dj_rest_auth.urls")),
    path("api/ninja/", ninja.urls),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("graphql/", GraphQLView.as_view(graphiql=False)),
    re_path(r"^berry/?$", login_required(StrawberryView.as_view(schema=schema))),
]

if settings.DEBUG:
    urlpatterns += [
        path("400/", default_views.bad_request, kwargs={"exception": Exception("Bad Request!")}),
        path("500/", default_views.server_error),
    ]
    if "debug_toolbar" in settings.INSTALLED_APPS:
        import debug_toolbar

        urlpatterns = [path("__debug__/", include(debug_toolbar.urls))] + urlpatterns
