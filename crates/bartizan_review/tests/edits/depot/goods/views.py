from django.shortcuts import render

from .models import Item


def index(request):
    return render(request, "index.html", {"items": Item.objects.all()})


def mine(request, pk):
    item = Item.objects.get_subclass(pk=pk, owner=request.user)
    return render(request, "item.html", {"item": item})
