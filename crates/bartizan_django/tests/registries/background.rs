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

#[test]
fn receivers_are_connected_and_tasks_are_classes() {
    let text = r#"
from celery import Task
from django.db.models.signals import post_save
from clinic.models import Visit


def tell_the_doctor(sender, instance, **kwargs):
    pass


post_save.connect(tell_the_doctor, sender=Visit)


class Reminder(Task):
    def run(self, visit):
        pass
"#;
    let shown = read(&[MODELS, ("clinic/apps.py", text)], |_, registries| {
        let told = |row: &bartizan_django::registries::Background| {
            format!("{} {}\n", row.kind.as_str(), row.name)
        };
        registries.background.iter().map(told).collect::<String>()
    });
    insta::assert_snapshot!(shown, @r"
    receiver tell_the_doctor
    task Reminder
    ");
}

#[test]
fn templates_use_tags_and_filters() {
    let text = r#"
from django import template

register = template.Library()


@register.filter
def initials(name):
    return name[:1]


@register.filter("short", is_safe=True)
def shortened(text):
    return text[:10]


@register.simple_tag(takes_context=True, name="next_visit")
def upcoming(context):
    return None


@register.inclusion_tag("clinic/bill.html")
def bill(visit):
    return {}


def helper():
    pass
"#;
    let shown = read(&[MODELS, ("clinic/templatetags/clinic.py", text)], |_, registries| {
        let told = |row: &bartizan_django::registries::TemplateTag| {
            format!("{} {}\n", row.kind.as_str(), row.name)
        };
        registries.tags.iter().map(told).collect::<String>()
    });
    insta::assert_snapshot!(shown, @r"
    filter initials
    filter short
    tag next_visit
    tag bill
    ");
}
