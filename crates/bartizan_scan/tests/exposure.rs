//! Findings tell which endpoints reach them, and their severity follows who may ask.

#![allow(clippy::unwrap_used, reason = "a test that finds no result has failed")]

use bartizan_testkit::memory;

const MANAGE: (&str, &str) =
    ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_settings')\n");
const SETTINGS: (&str, &str) = (
    "site_settings.py",
    "ROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = ['django.contrib.auth', 'shop']\nMIDDLEWARE = []\n",
);

/// What a scan of a shop says of shells: file and line, severity, endpoints.
fn shells(files: &[(&str, &str)]) -> Vec<String> {
    let result = memory::scan(files.iter().copied().chain([MANAGE, SETTINGS]));
    assert!(result.problems.is_empty(), "{:?}", result.problems);
    let found = result.findings.iter().filter(|finding| finding.rule.id.contains("shell"));
    let line = |finding: &bartizan_finding::Finding| {
        let endpoints: Vec<String> = finding
            .endpoints
            .iter()
            .map(|of| format!("{} {} {}", of.reach, of.methods.join(","), of.route))
            .collect();
        let place = &finding.place;
        format!("{}:{} {:?}", place.path, place.start.line, endpoints)
    };
    found.map(line).collect()
}

#[test]
fn calls_are_followed_back_to_views() {
    let urls = "from django.urls import path\n\
                from shop import views\n\
                urlpatterns = [\n\
                \x20   path('print/', views.label),\n\
                \x20   path('orders/<int:pk>/', views.Order.as_view()),\n\
                ]\n";
    let views = "from django.contrib.auth.mixins import LoginRequiredMixin\n\
                 from django.views import View\n\
                 from shop.printing import send\n\
                 def label(request):\n\
                 \x20   return send(request.GET['text'])\n\
                 class Order(LoginRequiredMixin, View):\n\
                 \x20   def get(self, request, pk):\n\
                 \x20       return None\n\
                 \x20   def post(self, request, pk):\n\
                 \x20       return self.printed(request.POST['text'])\n\
                 \x20   def printed(self, text):\n\
                 \x20       return send(text)\n";
    let printing = "import os\n\
                    def send(text):\n\
                    \x20   return run('lpr ' + text)\n\
                    def run(command):\n\
                    \x20   os.system(command)\n\
                    def unused(command):\n\
                    \x20   os.system(command)\n";
    let said =
        shells(&[("shop/urls.py", urls), ("shop/views.py", views), ("shop/printing.py", printing)]);
    assert_eq!(
        said,
        [
            "shop/printing.py:5 [\"anonymous  /print/\", \"login POST /orders/<int:pk>/\"]",
            "shop/printing.py:7 []",
        ]
    );
}

#[test]
fn forms_tasks_decorators_and_mixins_are_reached_through_what_uses_them() {
    let urls = "from django.urls import path\n\
                from shop import views\n\
                urlpatterns = [\n\
                \x20   path('ask/', views.Ask.as_view()),\n\
                \x20   path('later/', views.later),\n\
                \x20   path('marked/', views.marked),\n\
                \x20   path('listed/', views.Listed.as_view()),\n\
                ]\n";
    let views = "import os\n\
                 from django import forms\n\
                 from django.views.generic import FormView, ListView\n\
                 from shop.tasks import mail\n\
                 class AskForm(forms.Form):\n\
                 \x20   def clean_text(self):\n\
                 \x20       os.system(self.cleaned_data['text'])\n\
                 class Ask(FormView):\n\
                 \x20   form_class = AskForm\n\
                 def later(request):\n\
                 \x20   mail.delay(request.GET['to'])\n\
                 def mark(view):\n\
                 \x20   def inner(request):\n\
                 \x20       os.system(request.GET['mark'])\n\
                 \x20       return view(request)\n\
                 \x20   return inner\n\
                 @mark\n\
                 def marked(request):\n\
                 \x20   return None\n\
                 class Ordered:\n\
                 \x20   def get_queryset(self):\n\
                 \x20       os.system(self.request.GET['by'])\n\
                 class Listed(Ordered, ListView):\n\
                 \x20   pass\n";
    let tasks = "import os\n\
                 from celery import shared_task\n\
                 @shared_task\n\
                 def mail(to):\n\
                 \x20   os.system('mail ' + to)\n";
    let said =
        shells(&[("shop/urls.py", urls), ("shop/views.py", views), ("shop/tasks.py", tasks)]);
    let routes: Vec<&str> = said.iter().map(String::as_str).collect();
    assert!(routes.iter().any(|line| line.contains("tasks.py:5") && line.contains("/later/")));
    assert!(routes.iter().any(|line| line.contains("views.py:7") && line.contains("/ask/")));
    assert!(routes.iter().any(|line| line.contains("views.py:14") && line.contains("/marked/")));
    assert!(routes.iter().any(|line| line.contains("views.py:22") && line.contains("/listed/")));
    assert_eq!(routes.len(), 4, "{routes:#?}");
}

#[test]
fn what_runs_without_an_address_is_told_by_its_name() {
    let settings = "ROOT_URLCONF = 'shop.urls'\n\
                    INSTALLED_APPS = ['django.contrib.auth', 'shop']\n\
                    MIDDLEWARE = ['shop.middleware.Seen']\n";
    let printing = "import os\n\
                    def seen(text):\n\
                    \x20   os.system('lpr ' + text)\n\
                    def nightly(text):\n\
                    \x20   os.system('lpr ' + text)\n\
                    def ordered(text):\n\
                    \x20   os.system('lpr ' + text)\n\
                    def by_hand(text):\n\
                    \x20   os.system('lpr ' + text)\n\
                    def shown(text):\n\
                    \x20   os.system('lpr ' + text)\n";
    let files = [
        MANAGE,
        ("site_settings.py", settings),
        (
            "shop/urls.py",
            "from django.urls import path\nfrom shop import views\n\
             urlpatterns = [path('order/', views.order)]\n",
        ),
        (
            "shop/views.py",
            "from shop.models import Order\n\
             def order(request):\n\
             \x20   Order.objects.create(note=request.POST['note'])\n",
        ),
        (
            "shop/models.py",
            "from django.db import models\n\
             class Order(models.Model):\n\
             \x20   note = models.TextField()\n",
        ),
        (
            "shop/middleware.py",
            "from shop.printing import seen\n\
             class Seen:\n\
             \x20   def __init__(self, get_response):\n\
             \x20       self.get_response = get_response\n\
             \x20   def __call__(self, request):\n\
             \x20       seen(request.path)\n\
             \x20       return self.get_response(request)\n",
        ),
        (
            "shop/tasks.py",
            "from celery import shared_task\n\
             from shop.printing import nightly\n\
             @shared_task\n\
             def reprint(text):\n\
             \x20   nightly(text)\n",
        ),
        (
            "shop/signals.py",
            "from django.db.models.signals import post_save\n\
             from django.dispatch import receiver\n\
             from shop.models import Order\n\
             from shop.printing import ordered\n\
             @receiver(post_save, sender=Order)\n\
             def slip(sender, instance, **kwargs):\n\
             \x20   ordered(instance.note)\n",
        ),
        (
            "shop/management/commands/reprint.py",
            "from django.core.management.base import BaseCommand\n\
             from shop.printing import by_hand\n\
             class Command(BaseCommand):\n\
             \x20   def handle(self, *args, **options):\n\
             \x20       by_hand(options['text'])\n",
        ),
        (
            "shop/templatetags/prices.py",
            "from django import template\n\
             from shop.printing import shown\n\
             register = template.Library()\n\
             @register.simple_tag\n\
             def price(text):\n\
             \x20   return shown(text)\n",
        ),
        ("shop/printing.py", printing),
    ];
    let result = memory::scan(files);
    let found = result.findings.iter().filter(|found| found.rule.id.contains("shell"));
    let told: Vec<String> = found
        .map(|found| {
            let routes: Vec<&str> = found.endpoints.iter().map(|of| of.route.as_str()).collect();
            let runs: Vec<String> = found.runs.iter().map(bartizan_finding::RunsAs::told).collect();
            format!("{} {routes:?} {}", found.place.start.line, runs.join("; "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "3 [] runs on every request, in Seen",
            "5 [] runs as the task reprint",
            "7 [\"/order/\"] runs when a signal is sent, in slip",
            "9 [] runs as the command reprint",
            "11 [] runs in templates, as the tag price",
        ]
    );
}

#[test]
fn receivers_of_the_projects_own_signals_run_where_these_are_sent() {
    let said = shells(&[
        (
            "shop/urls.py",
            "from django.urls import path\nfrom shop import views\n\
             urlpatterns = [path('paid/', views.paid), path('sent/', views.sent)]\n",
        ),
        (
            "shop/notices.py",
            "from django.dispatch import Signal\n\
             order_paid = Signal()\norder_sent = Signal()\norder_lost = Signal()\n",
        ),
        (
            "shop/views.py",
            "from shop.notices import order_paid, order_sent\n\
             def paid(request):\n\
             \x20   order_paid.send(sender=None, note=request.POST['note'])\n\
             def sent(request):\n\
             \x20   order_sent.send_robust(sender=None, note=request.POST['note'])\n",
        ),
        (
            "shop/slips.py",
            "import os\n\
             from django.dispatch import receiver\n\
             from shop.notices import order_lost, order_paid, order_sent\n\
             @receiver([order_lost, order_paid])\n\
             def slip(sender, note, **kwargs):\n\
             \x20   os.system('lpr ' + note)\n\
             def label(sender, note, **kwargs):\n\
             \x20   os.system('lpr ' + note)\n\
             order_sent.connect(label)\n\
             @receiver(order_lost)\n\
             def excuse(sender, note, **kwargs):\n\
             \x20   os.system('lpr ' + note)\n",
        ),
    ]);
    let of = |line: &str| said.iter().find(|told| told.contains(line)).unwrap();
    assert!(of("slips.py:6").contains("/paid/") && !of("slips.py:6").contains("/sent/"));
    assert!(of("slips.py:8").contains("/sent/") && !of("slips.py:8").contains("/paid/"));
    assert!(!of("slips.py:12").contains("/paid/") && !of("slips.py:12").contains("/sent/"));
}
