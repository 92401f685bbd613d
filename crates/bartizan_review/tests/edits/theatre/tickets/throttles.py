from rest_framework.throttling import UserRateThrottle


class BookingThrottle(UserRateThrottle):
    rate = "5/min"

    def allow_request(self, request, view):
        if request.user.username == "box-office":
            self.num_requests, self.duration = self.parse_rate("50/min")
        return super().allow_request(request, view)
