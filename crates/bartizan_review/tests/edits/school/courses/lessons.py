from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST
from rest_framework import generics
from rest_framework.permissions import IsAdminUser, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from .guards import of_own_course, pupils_only
from .models import Course, Homework
from .permissions import GuestPermission, OwnHomework, PupilPermission
from .serializers import HomeworkSerializer


@pupils_only
@require_GET
def plan(request):
    return render(request, "plan.html", {"courses": Course.objects.all()})


@of_own_course
@require_POST
def rename(request, pk):
    course = get_object_or_404(Course, pk=pk)
    course.name = request.POST["name"]
    course.save()
    return redirect("courses")


class Notes(generics.ListCreateAPIView):
    serializer_class = HomeworkSerializer

    def get_permissions(self):
        if self.request.method == "GET":
            self.permission_classes = [IsAuthenticated, PupilPermission]
        else:
            self.permission_classes = [IsAuthenticated & IsAdminUser]
        return super().get_permissions()

    def get_queryset(self):
        course = get_object_or_404(Course, pk=self.kwargs["pk"])
        notes = Homework.objects.filter(course=course)
        if not course.is_public:
            notes = notes.filter(pupil=self.request.user)
        return notes


class Handout(APIView):
    permission_classes = [IsAuthenticated, GuestPermission]

    def get(self, request, name):
        if name.startswith("exams/") and request.user.is_guest:
            return HttpResponseForbidden()
        if not name.endswith(".pdf"):
            return HttpResponseBadRequest()
        return FileResponse(open(name, "rb"))


class Mark(generics.RetrieveAPIView):
    queryset = Homework.objects.all()
    permission_classes = [IsAuthenticated, OwnHomework]

    def get(self, request, pk):
        homework = Homework.objects.get(pk=pk)
        if homework.pupil != request.user:
            raise PermissionDenied
        return Response({"mark": homework.mark})
