import django_filters
from rest_framework import permissions, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from .models import Note, Patient, Visit


class PatientSerializer(serializers.ModelSerializer):
    class Meta:
        model = Patient
        fields = "__all__"


class VisitSerializer(serializers.ModelSerializer):
    class Meta:
        model = Visit
        fields = "__all__"


class NoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = "__all__"


class IsDoctor(permissions.BasePermission):
    def has_permission(self, request, view):
        return bool(request.user and request.user.is_authenticated and request.user.is_staff)

    def has_object_permission(self, request, view, obj):
        return obj.doctor == request.user


class ReadsOpenly(permissions.BasePermission):
    def has_permission(self, request, view):
        if request.method in permissions.SAFE_METHODS:
            return True
        return request.user.has_perm("visits.change_visit")


class VisitFilter(django_filters.FilterSet):
    class Meta:
        model = Visit
        fields = ["day"]


class PatientViewSet(viewsets.ModelViewSet):
    queryset = Patient.objects.all()
    serializer_class = PatientSerializer
    permission_classes = [IsDoctor]
    lookup_value_regex = "[0-9]+"

    @action(detail=True, methods=["post"], url_path="discharge-now", permission_classes=[permissions.IsAdminUser])
    def discharge(self, request, pk=None):
        return Response({})

    @action(detail=False, methods=["get"], permission_classes=[permissions.AllowAny])
    def count(self, request):
        return Response({"count": Patient.objects.count()})

    @action(detail=True)
    def history(self, request, pk=None):
        return Response({})

    @history.mapping.delete
    def forget(self, request, pk=None):
        return Response({})


class VisitViewSet(viewsets.ModelViewSet):
    queryset = Visit.objects.all()
    serializer_class = VisitSerializer
    permission_classes = [ReadsOpenly]
    filterset_class = VisitFilter


class NoteViewSet(viewsets.ModelViewSet):
    queryset = Note.objects.all()
    serializer_class = NoteSerializer

    def get_permissions(self):
        if self.action == "list":
            return [permissions.AllowAny()]
        return [permissions.IsAuthenticated()]
