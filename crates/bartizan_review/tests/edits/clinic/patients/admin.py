from django.contrib import admin

from .models import Appointment, Patient


@admin.register(Patient)
class PatientAdmin(admin.ModelAdmin):
    list_display = ["name", "doctor"]
    readonly_fields = ["insurance_number", "clinic"]
    actions = ["archive"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(clinic=request.user.clinic)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser

    @admin.action(permissions=["change"], description="Archive")
    def archive(self, request, queryset):
        queryset.update(archived=True)


class AppointmentAdmin(admin.ModelAdmin):
    exclude = ["confirmed"]


admin.site.register(Appointment, AppointmentAdmin)
