from django.conf import settings
from django.core.exceptions import PermissionDenied


class MaintenanceMiddleware:
    """Keeps everyone but staff out while the clinic's data is being moved."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.MAINTENANCE and not request.user.is_staff:
            raise PermissionDenied
        return self.get_response(request)
