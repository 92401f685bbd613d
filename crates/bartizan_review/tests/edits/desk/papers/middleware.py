from .access import Rights


class RightsMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.rights = Rights()
        return self.get_response(request)
