from functools import wraps

from django.core.exceptions import PermissionDenied

MANAGERS = ["manager", "owner"]


def role_required(role):
    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if not request.user.is_authenticated or request.user.role != role:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return wrapper

    return decorator


def manager_required(view):
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if not request.user.is_authenticated:
            raise PermissionDenied
        if request.user.role not in MANAGERS:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper
