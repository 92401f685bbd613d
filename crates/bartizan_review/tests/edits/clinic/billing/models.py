from django.db import models


class Invoice(models.Model):
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.CASCADE, related_name="invoices"
    )
    clinic = models.ForeignKey("accounts.Clinic", on_delete=models.CASCADE)
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    paid = models.BooleanField(default=False)
    internal_note = models.TextField(blank=True)
