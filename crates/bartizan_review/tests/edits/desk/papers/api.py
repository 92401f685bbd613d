from django.contrib.auth.models import User
from rest_framework import generics, permissions, serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.response import Response

from .models import Folder, Paper


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        exclude = ("password", "is_superuser", "user_permissions")


class People(generics.ListCreateAPIView):
    queryset = User.objects.all()
    serializer_class = PersonSerializer
    permission_classes = [permissions.IsAdminUser]


class Open(permissions.BasePermission):
    def has_permission(self, request, view):
        if hasattr(view, "is_private") and view.is_private:
            return request.user.is_staff
        return request.user.is_authenticated


@api_view(["GET"])
@permission_classes([Open])
def paper(request, pk):
    found = Paper.objects.get(pk=pk, owner=request.user)
    return Response({"title": found.title})


class PaperSerializer(serializers.ModelSerializer):
    class Meta:
        model = Paper
        fields = ["id", "title", "body", "verdict", "signed", "owner", "folder", "stage"]
        read_only_fields = ["verdict", "signed", "owner"]


class Papers(generics.ListAPIView):
    serializer_class = PaperSerializer
    permission_classes = [Open]
    is_private = True

    def get_queryset(self):
        return Paper.objects.filter(folder__clerks=self.request.user)


class Asked:
    permission_classes = [permissions.IsAuthenticated]


class FolderSerializer(serializers.ModelSerializer):
    class Meta:
        model = Folder
        fields = ["name"]


class Folders(Asked, generics.ListAPIView):
    queryset = Folder.objects.filter(clerks__isnull=True)
    serializer_class = FolderSerializer
