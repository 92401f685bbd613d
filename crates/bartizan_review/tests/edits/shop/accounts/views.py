from rest_framework import generics, mixins, viewsets
from rest_framework.permissions import AllowAny, IsAdminUser, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import User
from .permissions import SameTenant
from .serializers import PasswordSerializer, PublicUserSerializer, UserSerializer
from .throttles import ResetThrottle


class LoginView(APIView):
    permission_classes = [AllowAny]
    throttle_scope = "login"

    def post(self, request):
        return Response({"token": "…"})


class MeView(generics.RetrieveUpdateAPIView):
    serializer_class = UserSerializer

    def get_object(self):
        return self.request.user


class PasswordResetView(generics.GenericAPIView):
    permission_classes = (AllowAny,)
    throttle_classes = (ResetThrottle,)
    serializer_class = PasswordSerializer

    def post(self, request):
        return Response(status=204)


class UserViewSet(
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet,
):
    queryset = User.objects.all()
    permission_classes = [IsAuthenticated, SameTenant]

    def get_queryset(self):
        return super().get_queryset().filter(tenant=self.request.user.tenant)

    def get_serializer_class(self):
        if self.action == "list":
            return PublicUserSerializer
        return UserSerializer

    def get_permissions(self):
        if self.action in ("update", "partial_update"):
            return [IsAdminUser()]
        return super().get_permissions()
