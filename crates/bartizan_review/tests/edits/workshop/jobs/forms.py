from django import forms
from django.core.exceptions import ValidationError

from .models import Job, Note, Profile


class ContactForm(forms.ModelForm):
    class Meta:
        model = Profile
        fields = ["phone"]


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["text"]


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Profile
        fields = ["phone"]


class JobForm(forms.ModelForm):
    class Meta:
        model = Job
        fields = ["title"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self):
        data = super().clean()
        if self.instance.owner != self.user:
            raise ValidationError("This job is somebody else's.")
        return data
