from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from rest_framework import serializers, viewsets

from .models import Loan


@login_required
def loans(request):
    rows = Loan.objects.filter(reader=request.user)
    return JsonResponse({"loans": [row.title for row in rows]})


class LoanSerializer(serializers.ModelSerializer):
    class Meta:
        model = Loan
        fields = ["id", "title"]


class LoanViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = LoanSerializer
    queryset = Loan.objects.all()
