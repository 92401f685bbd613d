from rest_framework import serializers

from .models import Coupon, Order, OrderLine, Refund


class OrderLineSerializer(serializers.ModelSerializer):
    unit_price = serializers.DecimalField(max_digits=8, decimal_places=2, read_only=True)

    class Meta:
        model = OrderLine
        fields = ["product", "quantity", "unit_price"]


class OrderSerializer(serializers.ModelSerializer):
    lines = OrderLineSerializer(many=True)
    status = serializers.CharField(read_only=True)

    class Meta:
        model = Order
        fields = ["id", "lines", "status", "total", "discount"]
        read_only_fields = ["total", "discount"]


class OrderStaffSerializer(OrderSerializer):
    class Meta(OrderSerializer.Meta):
        fields = OrderSerializer.Meta.fields + ["internal_note"]
        read_only_fields = ["total"]


class RefundSerializer(serializers.ModelSerializer):
    class Meta:
        model = Refund
        fields = ["id", "order", "approved"]
        read_only_fields = ["approved"]


class CouponSerializer(serializers.ModelSerializer):
    class Meta:
        model = Coupon
        fields = ["id", "code"]
