from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, ListView, TemplateView, UpdateView
from rules.contrib.views import PermissionRequiredMixin

from .models import Course, Homework, Key, Right, User


class CourseList(LoginRequiredMixin, ListView):
    def get_queryset(self):
        return Course.objects.seen_by(self.request.user)


class CourseDetail(LoginRequiredMixin, UserPassesTestMixin, DetailView):
    model = Course

    def test_func(self):
        course = get_object_or_404(Course, pk=self.kwargs["pk"])
        return course.lets(self.request.user, Right.GRADE)


class CourseEdit(PermissionRequiredMixin, UpdateView):
    model = Course
    fields = ["name"]
    permission_required = "courses.change_course"


@login_required
def close(request, pk):
    course = get_object_or_404(Course, pk=pk)
    is_allowed = False
    if course.teacher == request.user:
        is_allowed = True
    if request.user.is_superuser:
        is_allowed = True
    if is_allowed is False:
        return HttpResponse("not allowed", status=403)
    course.is_closed = True
    course.save()
    return redirect("courses")


@login_required
def homework(request, pk):
    homework = get_object_or_404(Homework, pk=pk)
    if not request.user.has_perm("courses.view_homework", homework.course):
        raise PermissionDenied
    remarks = homework.remarks_for(request.user)
    return JsonResponse({"text": homework.text, "remarks": [remark.text for remark in remarks]})


@login_required
def key(request):
    key, _ = Key.objects.get_or_create(user=request.user)
    return JsonResponse({"key": key.value})


@method_decorator(login_required, name="dispatch")
class Profile(TemplateView):
    template_name = "profile.html"

    def dispatch(self, request, *args, username=None, **kwargs):
        if username:
            if request.user.is_superuser or request.user.is_staff:
                pass
            else:
                if not request.user.username == username:
                    messages.error(request, "You may not.")
                return HttpResponseRedirect(reverse("courses"))
        return super().dispatch(request, *args, username=username, **kwargs)

    def get_context_data(self, username=None, **kwargs):
        context = super().get_context_data(**kwargs)
        context["person"] = get_object_or_404(User, username=username) if username else self.request.user
        return context
