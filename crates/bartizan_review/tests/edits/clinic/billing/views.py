import hashlib
import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_required, user_passes_test
from django.http import HttpResponse, HttpResponseForbidden
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .forms import InvoiceForm
from .models import Invoice


def is_accountant(user):
    return user.is_authenticated and user.role in ("accountant", "manager")


accountant_required = user_passes_test(is_accountant)


def own_invoices(user):
    return Invoice.objects.filter(clinic=user.clinic)


@accountant_required
def invoices(request):
    return render(request, "billing/list.html", {"invoices": own_invoices(request.user)})


@accountant_required
def invoice_edit(request, pk):
    invoice = get_object_or_404(own_invoices(request.user), pk=pk)
    if request.method == "POST":
        form = InvoiceForm(request.POST, instance=invoice)
        if form.is_valid():
            form.save()
            return redirect("billing:invoices")
    else:
        form = InvoiceForm(instance=invoice)
    return render(request, "billing/edit.html", {"form": form})


@login_required
@user_passes_test(lambda user: user.has_perm("billing.refund_invoice"))
@require_POST
def refund(request, pk):
    invoice = get_object_or_404(Invoice, pk=pk, clinic=request.user.clinic)
    invoice.paid = False
    invoice.save()
    return redirect("billing:invoices")


@csrf_exempt
@require_POST
def payment_hook(request):
    digest = hmac.new(settings.HOOK_KEY, request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(digest, request.headers.get("X-Signature", "")):
        return HttpResponseForbidden()
    invoice = Invoice.objects.get(pk=request.POST["invoice"])
    invoice.paid = True
    invoice.save()
    return HttpResponse("ok")
