from django.contrib.auth.models import Group
from guardian.shortcuts import get_objects_for_user
from rest_framework import filters, generics, permissions, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from .models import Job, Note, Seat, get_note_model

Remark = get_note_model()


class NoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = ["job", "text"]

    def validate_job(self, job):
        if job.owner != self.context["request"].user:
            raise serializers.ValidationError("This job is somebody else's.")
        return job


class JobSerializer(serializers.ModelSerializer):
    class Meta:
        model = Job
        fields = ["title", "price"]
        read_only_fields = ["price"]


class NewJobSerializer(serializers.ModelSerializer):
    class Meta:
        model = Job
        fields = ["title"]

    def validate(self, data):
        if not self.context["request"].user.has_perm("jobs.add_job"):
            raise serializers.ValidationError("You may not.")
        return data


class Split:
    def get_serializer_class(self):
        if self.request.method in permissions.SAFE_METHODS:
            return self.read_serializer_class
        return self.write_serializer_class


class Jobs(Split, generics.ListCreateAPIView):
    permission_classes = [permissions.IsAuthenticated]
    read_serializer_class = JobSerializer
    write_serializer_class = NewJobSerializer

    def get_queryset(self):
        return Job.objects.filter(owner=self.request.user)


class OneJob(generics.RetrieveUpdateAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = JobSerializer

    def get_queryset(self):
        return Job.objects.filter(owner=self.request.user)

    def get_serializer_class(self):
        if self.request.method == "PUT":
            return NewJobSerializer
        return JobSerializer


class Notes(generics.CreateAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = NoteSerializer


class OwnSeats(filters.BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        if request.user.is_staff:
            return queryset
        return queryset.filter(user=request.user)


class SeatSerializer(serializers.ModelSerializer):
    class Meta:
        model = Seat
        fields = ["job"]


class Seats(viewsets.ReadOnlyModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = SeatSerializer
    queryset = Seat.objects.all()
    filter_backends = [filters.OrderingFilter, OwnSeats]

    def get_permissions(self):
        return [permission() for permission in self.permission_classes]

    @action(detail=False, permission_classes=[permissions.IsAdminUser])
    def free(self, request):
        seats = self.filter_queryset(self.get_queryset())
        return Response(SeatSerializer(seats, many=True).data)


class Permitted(generics.ListAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = JobSerializer

    def get_queryset(self):
        return get_objects_for_user(self.request.user, "jobs.view_job", Job)


class Remarks(generics.ListAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = NoteSerializer

    def get_queryset(self):
        return Remark.objects.filter(job__owner=self.request.user)


class SeatedNotes(generics.ListAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = NoteSerializer

    def get_queryset(self):
        jobs = [seat.job for seat in Seat.objects.filter(user=self.request.user)]
        return Note.objects.filter(job__in=jobs)


class GroupSerializer(serializers.ModelSerializer):
    class Meta:
        model = Group
        fields = ["name"]


class Groups(generics.ListAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = GroupSerializer

    def get_queryset(self):
        return self.request.user.groups.all()
