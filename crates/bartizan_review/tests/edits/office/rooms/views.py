from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import DetailView, ListView, TemplateView, UpdateView

from .models import Guest, Key, Person, Room
from .throttles import CodeThrottle, ThrottleMixin


class ChiefMixin(UserPassesTestMixin):
    def test_func(self):
        return self.request.user.is_superuser


def about(request):
    return render(request, "about.html")


def rooms(request):
    if request.method == "POST":
        if request.user.has_perm("rooms.add_room"):
            Room.objects.create(name=request.POST["name"])
        else:
            messages.info(request, "Ask the house.")
    return render(request, "rooms.html")


def room(request, pk):
    room = get_object_or_404(Room, pk=pk)
    data = {"name": room.name, "code": room.pk}
    if not request.user.is_superuser:
        data.pop("code")
    return JsonResponse(data)


def close(request, pk):
    room = get_object_or_404(Room, pk=pk)
    room.is_closed = True
    room.save()
    return redirect("rooms")


class PeopleList(ChiefMixin, ListView):
    model = Person


class PersonForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["name", "salary", "floor"]

    def __init__(self, *args, request_user, **kwargs):
        super().__init__(*args, **kwargs)
        if not request_user.is_superuser:
            del self.fields["salary"]
            del self.fields["floor"]


class PersonEdit(UpdateView):
    model = Person
    form_class = PersonForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request_user": self.request.user}


class GuestPage(DetailView):
    model = Guest
    slug_field = "secret_token"


class Code(ThrottleMixin, TemplateView):
    template_name = "code.html"
    throttle_classes = [CodeThrottle]


class KeyList(ListView):
    queryset = None

    def get_queryset(self):
        if self.queryset is None:
            self.queryset = Key.objects.filter(holder=self.request.user)
        return super().get_queryset()
