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
