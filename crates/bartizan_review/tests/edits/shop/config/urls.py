from django.urls import include, path
from rest_framework.routers import DefaultRouter

from accounts.views import LoginView, MeView, PasswordResetView, UserViewSet
from catalog.views import ProductViewSet, ReviewViewSet, stock_level
from orders.views import CouponView, OrderExport, OrderViewSet, RefundView, order_stats, webhook

router = DefaultRouter()
router.register("orders", OrderViewSet, basename="order")
router.register("products", ProductViewSet)
router.register("reviews", ReviewViewSet, basename="review")
router.register("users", UserViewSet)

urlpatterns = [
    path("api/", include(router.urls)),
    path("api/login/", LoginView.as_view(), name="login"),
    path("api/me/", MeView.as_view(), name="me"),
    path("api/reset/", PasswordResetView.as_view(), name="reset"),
    path("api/stock/<int:pk>/", stock_level, name="stock"),
    path("api/refunds/<int:pk>/", RefundView.as_view(), name="refund"),
    path("api/coupons/", CouponView.as_view(), name="coupons"),
    path("api/export/", OrderExport.as_view(), name="export"),
    path("api/stats/", order_stats, name="stats"),
    path("api/hooks/payment/", webhook, name="webhook"),
]
