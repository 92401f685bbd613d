from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from .models import Course, Homework
from .permissions import ClosingPermission, CoursePermission, DeletingPermission
from .serializers import CourseSerializer, HomeworkSerializer


class HomeworkViewSet(viewsets.ModelViewSet):
    serializer_class = HomeworkSerializer

    @property
    def permission_classes(self):
        if self.request.method == "DELETE":
            return [IsAuthenticated, DeletingPermission]
        return [IsAuthenticated]

    def perform_update(self, serializer):
        raise MethodNotAllowed("PUT")

    def get_queryset(self):
        return Homework.objects.graded_by(self.request.user)


class CourseViewSet(viewsets.ModelViewSet):
    serializer_class = CourseSerializer
    permission_classes = [CoursePermission]
    queryset = Course.objects.all()

    @action(detail=True, methods=["post"], permission_classes=[ClosingPermission])
    def close(self, request, pk=None):
        course = self.get_object()
        course.is_closed = True
        course.save()
        return Response({"closed": True})
