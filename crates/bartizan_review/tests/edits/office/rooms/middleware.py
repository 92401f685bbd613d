from django.shortcuts import redirect
from django.urls import resolve


class StaffMiddleware:
    OPEN = ("about", "guest", "code")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        url = resolve(request.path_info)
        if request.user.is_staff or url.url_name in self.OPEN:
            return self.get_response(request)
        return redirect("/login/")
