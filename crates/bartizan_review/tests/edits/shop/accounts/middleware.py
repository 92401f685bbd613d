from django.http import HttpResponseForbidden


def tenant_middleware(get_response):
    def middleware(request):
        if request.user.is_authenticated and request.user.tenant.suspended:
            return HttpResponseForbidden()
        return get_response(request)

    return middleware
