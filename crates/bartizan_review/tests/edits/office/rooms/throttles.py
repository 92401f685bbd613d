from django.http import HttpResponse
from rest_framework.throttling import SimpleRateThrottle


class CodeThrottle(SimpleRateThrottle):
    rate = "5/min"


class ThrottleMixin:
    throttle_classes = []

    def dispatch(self, request, *args, **kwargs):
        for throttle in self.throttle_classes:
            if not throttle().allow_request(request, self):
                return HttpResponse(status=429)
        return super().dispatch(request, *args, **kwargs)
