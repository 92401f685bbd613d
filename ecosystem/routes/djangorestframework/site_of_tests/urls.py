"""Every URLconf that DRF's tests use, each under the name of its test."""

from django.urls import include, path

urlpatterns = [
    path("atomic/", include("tests.test_atomic_requests")),
    path("authentication/", include("tests.authentication.test_authentication")),
    path("htmlrenderer/", include("tests.test_htmlrenderer")),
    path("lazy/", include("tests.test_lazy_hyperlinks")),
    path("login/", include("tests.browsable_api.auth_urls")),
    path("middleware/", include("tests.test_middleware")),
    path("nested/", include("tests.browsable_api.test_browsable_nested_api")),
    path("no-login/", include("tests.browsable_api.no_auth_urls")),
    path("relations/", include("tests.test_relations")),
    path("relations-hyperlink/", include("tests.test_relations_hyperlink")),
    path("renderers/", include("tests.test_renderers")),
    path("request/", include("tests.test_request")),
    path("requests-client/", include("tests.test_requests_client")),
    path("response/", include("tests.test_response")),
    path("reverse/", include("tests.test_reverse")),
    path("testing/", include("tests.test_testing")),
    path("utils/", include("tests.test_utils")),
    path("viewsets/", include("tests.test_viewsets")),
]
