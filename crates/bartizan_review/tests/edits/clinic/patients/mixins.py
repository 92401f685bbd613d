from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin


class ClinicMixin(LoginRequiredMixin):
    """What belongs to the clinic of whoever asks."""

    def get_queryset(self):
        return super().get_queryset().filter(clinic=self.request.user.clinic)


class DoctorMixin(LoginRequiredMixin, UserPassesTestMixin):
    def test_func(self):
        return self.request.user.role == "doctor" or self.request.user.is_superuser
