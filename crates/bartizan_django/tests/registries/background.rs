//! The admin, and code that runs without a visitor.

use crate::clinic::MODELS;
use crate::{read, word};

#[test]
fn admin_classes_know_their_models_and_actions() {
    let text = r#"
from django.contrib import admin
from clinic.models import Patient, Practice, Visit


@admin.action(permissions=["delete"])
def forget(modeladmin, request, queryset):
    queryset.delete()


class VisitInline(admin.TabularInline):
    model = Visit


@admin.register(Patient)
class PatientAdmin(admin.ModelAdmin):
    actions = [forget, "discharge"]
    readonly_fields = ["number"]

    def discharge(self, request, queryset):
        queryset.update(risk=0)

    def has_delete_permission(self, request, obj=None):
        return False


class PracticeAdmin(admin.ModelAdmin):
    list_display = ["name"]


admin.site.register(Practice, PracticeAdmin)
"#;
    let shown = read(&[MODELS, ("clinic/admin.py", text)], |_, registries| {
        let mut out = String::new();
        for admin in &registries.admins {
            let models: Vec<_> = admin.models.iter().map(|model| word(registries, model)).collect();
            out += &format!("{} of {}\n", admin.name, models.join(", "));
            for action in &admin.actions {
                out += &format!("  {}, asks {}\n", action.name, action.has_permissions);
            }
            for (name, _) in &admin.permissions {
                out += &format!("  {name}\n");
            }
        }
        out
    });
    insta::assert_snapshot!(shown, @r"
    VisitInline of clinic.Visit
    PatientAdmin of clinic.Patient
      forget, asks true
      discharge, asks false
      has_delete_permission
    PracticeAdmin of clinic.Practice
    ");
}

#[test]
fn tasks_receivers_and_commands_run_without_a_visitor() {
    let tasks = r#"
from celery import shared_task
from django.db.models.signals import post_save
from django.dispatch import receiver
from clinic.models import Visit


@shared_task(bind=True)
def remind(self, visit):
    pass


@receiver(post_save, sender=Visit)
def log(sender, instance, **kwargs):
    pass


def task(function):
    return function


@task
def no_task():
    pass
"#;
    let command = r#"
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    def handle(self, *args, **options):
        pass
"#;
    let files = [
        MODELS,
        ("clinic/tasks.py", tasks),
        ("clinic/management/commands/send_reminders.py", command),
    ];
    let shown = read(&files, |_, registries| {
        let rows = registries.background.iter();
        rows.map(|row| format!("{} {}\n", row.kind.as_str(), row.name)).collect::<String>()
    });
    insta::assert_snapshot!(shown, @r"
    task remind
    receiver log
    command send_reminders
    ");
}
