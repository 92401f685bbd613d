from django.contrib import admin
from django.http import HttpResponse
from django.urls import path

from .models import Note, Patient, Visit


class WardAdmin(admin.AdminSite):
    site_header = "The ward"

    def get_urls(self):
        return [path("board/", self.admin_view(self.board), name="board")] + super().get_urls()

    def board(self, request):
        return HttpResponse("")


ward_admin = WardAdmin(name="ward")


class NoteInline(admin.TabularInline):
    model = Note


@admin.register(Visit, site=ward_admin)
@admin.register(Visit)
class VisitAdmin(admin.ModelAdmin):
    inlines = [NoteInline]


class PatientAdmin(admin.ModelAdmin):
    def get_urls(self):
        urls = super().get_urls()
        own = [
            path("import/", self.admin_site.admin_view(self.import_view), name="patients-import"),
            path("<int:pk>/card/", self.card, name="patient-card"),
        ]
        return own + urls

    def import_view(self, request):
        return HttpResponse("")

    def card(self, request, pk):
        return HttpResponse("")


admin.site.register(Patient, PatientAdmin)
admin.site.register([Note])
