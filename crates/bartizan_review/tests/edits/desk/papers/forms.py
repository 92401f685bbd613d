from django import forms
from django.conf import settings
from django.utils.module_loading import import_string

from .models import Paper


class PaperForm(forms.ModelForm):
    class Meta:
        model = Paper
        fields = ["title", "body"]


def get_paper_form():
    return import_string(settings.PAPER_FORM)
