from django.db import models


class Loan(models.Model):
    reader = models.ForeignKey("courses.User", on_delete=models.CASCADE)
    title = models.CharField(max_length=100)
    is_late = models.BooleanField(default=False)
