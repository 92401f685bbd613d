from rest_framework.throttling import AnonRateThrottle


class ResetThrottle(AnonRateThrottle):
    rate = "3/hour"
