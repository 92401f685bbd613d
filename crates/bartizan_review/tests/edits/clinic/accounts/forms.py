from django import forms

from .models import User


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name", "phone"]


class SignUpForm(forms.ModelForm):
    password = forms.CharField(widget=forms.PasswordInput)

    class Meta:
        model = User
        exclude = [
            "is_staff",
            "is_superuser",
            "is_active",
            "groups",
            "user_permissions",
            "role",
            "clinic",
            "last_login",
            "date_joined",
        ]
