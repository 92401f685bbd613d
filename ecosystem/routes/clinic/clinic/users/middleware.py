from django.http import HttpResponseForbidden


class WardDoorMiddleware:
    """The ward's machines are for the staff."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith("/visits/machines/") and not request.user.is_staff:
            return HttpResponseForbidden()
        return self.get_response(request)
