from rest_framework import generics, permissions, serializers

from .models import Job, Note


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
