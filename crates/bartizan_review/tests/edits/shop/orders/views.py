import hashlib
import hmac

from django.conf import settings
from django.views.decorators.csrf import csrf_exempt
from rest_framework import generics, status, viewsets
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny, IsAdminUser, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import IsManager, IsOwner, SameTenant

from .mixins import TenantMixin
from .models import Coupon, Order, Refund
from .serializers import (
    CouponSerializer,
    OrderSerializer,
    OrderStaffSerializer,
    RefundSerializer,
)


class OrderViewSet(viewsets.ModelViewSet):
    serializer_class = OrderSerializer
    permission_classes = [IsAuthenticated, IsOwner]

    def get_queryset(self):
        return Order.objects.filter(customer=self.request.user, tenant=self.request.user.tenant)

    def get_serializer_class(self):
        if self.request.user.is_staff:
            return OrderStaffSerializer
        return OrderSerializer

    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated, IsOwner])
    def cancel(self, request, pk=None):
        order = self.get_object()
        order.status = "cancelled"
        order.save()
        return Response({"status": order.status})

    @action(detail=False, methods=["get"], permission_classes=[IsAdminUser])
    def unpaid(self, request):
        orders = Order.objects.filter(status="open", tenant=request.user.tenant)
        return Response(OrderSerializer(orders, many=True).data)

    @action(detail=True, methods=["post"], url_path="mark-paid", permission_classes=[IsManager])
    def mark_paid(self, request, pk=None):
        order = self.get_object()
        order.status = "paid"
        order.save()
        return Response(status=status.HTTP_204_NO_CONTENT)


class RefundView(TenantMixin, generics.RetrieveUpdateDestroyAPIView):
    queryset = Refund.objects.all()
    serializer_class = RefundSerializer
    permission_classes = [SameTenant]

    def perform_destroy(self, instance):
        if not self.request.user.is_staff:
            raise PermissionDenied("only staff")
        instance.delete()


class CouponView(TenantMixin, generics.ListCreateAPIView):
    queryset = Coupon.objects.all()
    serializer_class = CouponSerializer
    permission_classes = [IsManager | IsAdminUser]

    def perform_create(self, serializer):
        serializer.save(tenant=self.request.user.tenant)


class OrderExport(APIView):
    permission_classes = [IsAdminUser]

    def get(self, request):
        orders = Order.objects.filter(tenant=request.user.tenant)
        rows = orders.values("id", "status", "total")
        return Response(list(rows))


@api_view(["GET"])
@permission_classes([IsManager])
def order_stats(request):
    count = Order.objects.filter(tenant=request.user.tenant).count()
    return Response({"count": count})


@csrf_exempt
@api_view(["POST"])
@permission_classes([AllowAny])
def webhook(request):
    digest = hmac.new(settings.HOOK_KEY, request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(digest, request.headers.get("X-Signature", "")):
        raise PermissionDenied
    Order.objects.filter(pk=request.data["order"]).update(status="paid")
    return Response(status=status.HTTP_200_OK)
