from functools import wraps

from django.contrib.auth.decorators import user_passes_test
from django.shortcuts import get_object_or_404, redirect

from .models import Course


def right(test):
    def decorator(view=None, login_url=None):
        actual = user_passes_test(test, login_url=login_url)
        if view:
            return actual(view)
        return actual

    return decorator


pupils_only = right(lambda user: user.is_active and not user.is_guest)


def of_own_course(view):
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.user.is_authenticated:
            course = get_object_or_404(Course, pk=kwargs["pk"])
            if course.teacher.id == request.user.id:
                return view(request, *args, **kwargs)
            else:
                return redirect("courses")
        else:
            return redirect("login")

    return wrapper
