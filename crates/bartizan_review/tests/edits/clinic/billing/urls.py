from django.urls import path

from .views import invoice_edit, invoices, payment_hook, refund

app_name = "billing"

urlpatterns = [
    path("", invoices, name="invoices"),
    path("<int:pk>/", invoice_edit, name="invoice"),
    path("<int:pk>/refund/", refund, name="refund"),
    path("hooks/payment/", payment_hook, name="payment-hook"),
]
