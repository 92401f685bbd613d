from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django_htmx.http import HttpResponseClientRedirect


class SignedInMiddleware:
    def __init__(self, get_response):
        self.open_paths = getattr(settings, "OPEN_PATHS", ())
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        for path in self.open_paths:
            if request.path.startswith(path):
                return None

        if request.user.is_authenticated:
            return None

        response = redirect_to_login(request.get_full_path(), settings.LOGIN_URL, "next")
        if getattr(request, "htmx", False):
            response = HttpResponseClientRedirect(response.url)
        return response
