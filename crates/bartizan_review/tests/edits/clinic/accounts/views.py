from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.generic import CreateView, UpdateView
from django.utils.decorators import method_decorator
from django_ratelimit.decorators import ratelimit

from .forms import ProfileForm, SignUpForm
from .models import User


class ProfileView(LoginRequiredMixin, UpdateView):
    form_class = ProfileForm
    success_url = reverse_lazy("profile")

    def get_object(self, queryset=None):
        return self.request.user


@method_decorator(ratelimit(key="ip", rate="5/h", method="POST"), name="post")
class SignUpView(CreateView):
    model = User
    form_class = SignUpForm
    success_url = reverse_lazy("profile")


@staff_member_required
def staff_list(request):
    staff = User.objects.filter(clinic=request.user.clinic, is_active=True)
    return render(request, "staff.html", {"staff": staff})


def about(request):
    return render(request, "about.html")
