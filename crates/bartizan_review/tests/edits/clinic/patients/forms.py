from django import forms

from .models import Appointment, Patient


class PatientForm(forms.ModelForm):
    class Meta:
        model = Patient
        fields = ("name", "born", "diagnosis")


class AppointmentForm(forms.ModelForm):
    class Meta:
        model = Appointment
        fields = ["starts", "note"]


class SearchForm(forms.Form):
    term = forms.CharField(max_length=50)
