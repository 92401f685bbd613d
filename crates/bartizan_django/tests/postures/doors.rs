//! Middleware of the project that turns visitors away: which views it lets alone, and which it guards.

use super::{of, project};

/// Route, methods and who gets in, with a middleware and settings as given.
fn reaches(settings: &str, middleware: &str) -> String {
    by_setting("MIDDLEWARE", settings, middleware)
}

/// The same, with the setting that names the middleware.
fn by_setting(name: &str, settings: &str, middleware: &str) -> String {
    let settings = format!(
        "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n\
         {name} = [\"school.doors.Door\"]\n{settings}"
    );
    let files = [
        (
            "manage.py",
            "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"school.settings\")\n",
        ),
        ("school/__init__.py", ""),
        ("school/settings.py", &settings),
        ("school/doors.py", middleware),
        (
            "school/urls.py",
            r#"
from django.http import HttpResponse
from django.urls import include, path
from django.utils.decorators import method_decorator
from django.views.generic import RedirectView, TemplateView, View


def open_to_all(view):
    view.is_open = True
    return view


@open_to_all
def board(request):
    return HttpResponse("")


def pupils(request):
    return HttpResponse("")


class Menu(View):
    @method_decorator(open_to_all)
    def dispatch(self, *args, **kwargs):
        return super().dispatch(*args, **kwargs)

    def get(self, request):
        return HttpResponse("")


inner = [path("sign-in/", pupils, name="sign-in"), path("profile/", pupils, name="profile")]

urlpatterns = [
    path("board/", board, name="board"),
    path("pupils/<int:pk>/", pupils, name="pupils"),
    path("menu/", Menu.as_view(), name="menu"),
    path("old/", RedirectView.as_view(url="/new/")),
    path("page/", open_to_all(TemplateView.as_view(template_name="page.html"))),
    path("api/marks/", pupils),
    path("accounts/", include((inner, "accounts"))),
]
"#,
        ),
    ];
    let mut lines = String::new();
    for endpoint in &of(&project(&files)).endpoints {
        for access in &endpoint.access {
            let methods = access.methods.join(",");
            lines.push_str(&format!("{} {methods} {}\n", endpoint.route, access.reach.as_str()));
        }
    }
    lines
}

#[test]
fn a_view_may_be_marked_or_lie_below_an_open_path() {
    let lines = reaches(
        "",
        r#"
from django.contrib.auth.decorators import login_required
from django.urls import get_script_prefix


class Door:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.user.is_authenticated:
            return None
        for path in ["/accounts", "/api"]:
            if request.path.startswith(get_script_prefix().rstrip("/") + path):
                return None
        if getattr(view_func, "is_open", False):
            return None
        return login_required(view_func)(request, *view_args, **view_kwargs)
"#,
    );
    insta::assert_snapshot!(lines, @"
    /board/  anonymous
    /pupils/<int:pk>/  login
    /menu/ GET anonymous
    /old/ GET,POST,PUT,PATCH,DELETE login
    /page/ GET anonymous
    /api/marks/  anonymous
    /accounts/sign-in/  anonymous
    /accounts/profile/  anonymous
    ");
}

#[test]
fn names_of_routes_and_lists_of_the_settings_are_compared() {
    let lines = reaches(
        "OPEN = [\"/board/\", \"/page/\"]\nLOGIN_URL = \"/accounts/sign-in/\"\n",
        r#"
from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse


class Door:
    def __init__(self, get_response):
        self.get_response = get_response
        self.open = getattr(settings, "OPEN", []) + [settings.LOGIN_URL, reverse("menu")]

    def __call__(self, request):
        if not request.user.is_authenticated and request.path not in self.open:
            return redirect(settings.LOGIN_URL)
        return self.get_response(request)
"#,
    );
    insta::assert_snapshot!(lines, @"
    /board/  anonymous
    /pupils/<int:pk>/  login
    /menu/ GET anonymous
    /old/ GET,POST,PUT,PATCH,DELETE login
    /page/ GET anonymous
    /api/marks/  login
    /accounts/sign-in/  anonymous
    /accounts/profile/  login
    ");
    let lines = reaches(
        "",
        r#"
from django.http import HttpResponseForbidden


class Door:
    OPEN = ("accounts:sign-in", "board")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if any(request.resolver_match.view_name == name for name in self.OPEN):
            return None
        if view_func.__module__.startswith("django.") or request.method == "GET":
            return None
        if request.user.is_anonymous:
            return HttpResponseForbidden()
"#,
    );
    insta::assert_snapshot!(lines, @"
    /board/  anonymous
    /pupils/<int:pk>/ GET anonymous
    /pupils/<int:pk>/ POST,PUT,PATCH,DELETE login
    /menu/ GET anonymous
    /old/ GET,POST,PUT,PATCH,DELETE anonymous
    /page/ GET anonymous
    /api/marks/ GET anonymous
    /api/marks/ POST,PUT,PATCH,DELETE login
    /accounts/sign-in/  anonymous
    /accounts/profile/ GET anonymous
    /accounts/profile/ POST,PUT,PATCH,DELETE login
    ");
}

#[test]
fn a_setting_may_open_the_door() {
    let door = r#"
from django.conf import settings
from django.core.exceptions import PermissionDenied


class Door:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.MODE == "closed" and not request.user.is_authenticated:
            raise PermissionDenied
        return self.get_response(request)
"#;
    let of_board = |settings: &str| reaches(settings, door).lines().next().map(str::to_owned);
    assert_eq!(of_board("MODE = \"closed\"\n").as_deref(), Some("/board/  login"));
    assert_eq!(of_board("MODE = \"open\"\n").as_deref(), Some("/board/  anonymous"));
    let of_machine = "import os\nMODE = os.environ[\"MODE\"]\n";
    assert_eq!(of_board(of_machine).as_deref(), Some("/board/  unknown"));
}

#[test]
fn a_settings_object_of_the_project_hands_on_what_the_settings_say() {
    let door = r#"
from django.conf import settings
from django.contrib.auth.views import redirect_to_login


class Defaults:
    SCHOOL_IS_PRIVATE = False


class SchoolSettings:
    def __getattr__(self, name):
        try:
            return getattr(settings, name)
        except AttributeError:
            return getattr(Defaults, name)


school_settings = SchoolSettings()


class Door:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not school_settings.SCHOOL_IS_PRIVATE:
            return self.get_response(request)
        if request.user.is_authenticated:
            return self.get_response(request)
        return redirect_to_login(request.path)
"#;
    let first = |settings: &str| reaches(settings, door).lines().next().unwrap().to_owned();
    assert_eq!(first(""), "/board/  anonymous");
    assert_eq!(first("SCHOOL_IS_PRIVATE = True\n"), "/board/  login");
    // Nobody knows which names are set besides.
    assert_eq!(first("import os\nvars().update(os.environ)\n"), "/board/  unknown");
}

#[test]
fn a_method_may_say_which_pages_are_open() {
    let lines = reaches(
        "",
        r#"
from django.contrib.auth.views import redirect_to_login
from django.urls import resolve


class Door:
    OPEN = ("board", "menu")

    def __init__(self, get_response):
        self.get_response = get_response

    def is_public(self, url_name):
        return url_name in self.OPEN

    def __call__(self, request):
        url_name = resolve(request.path_info).url_name
        if self.is_public(url_name):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        return self.get_response(request)
"#,
    );
    insta::assert_snapshot!(lines, @"
    /board/  anonymous
    /pupils/<int:pk>/  login
    /menu/ GET anonymous
    /old/ GET,POST,PUT,PATCH,DELETE login
    /page/ GET login
    /api/marks/  login
    /accounts/sign-in/  login
    /accounts/profile/  login
    ");
}

#[test]
fn a_helper_may_give_the_answer_before_the_view() {
    let lines = reaches(
        "",
        r#"
from django.shortcuts import redirect
from django.urls import resolve, reverse


class Door:
    OPEN = ("sign-in",)

    def __init__(self, get_response):
        self.get_response = get_response

    def to_sign_in(self, request, url):
        if request.is_old_host:
            return redirect("https://school.example" + request.path)
        if request.user.is_anonymous and url.url_name not in self.OPEN:
            return redirect(reverse("login") + "?next=" + request.path)
        return None

    def __call__(self, request):
        url = resolve(request.path_info)
        if "accounts" in url.namespaces or (
            "plugins" in url.namespaces and request.path.startswith("/accounts")
        ):
            response = self.to_sign_in(request, url)
            if response:
                return response
        elif request.path.startswith("/api/"):
            if (answer := self.to_sign_in(request, url)) is not None:
                return answer
        return self.get_response(request)
"#,
    );
    insta::assert_snapshot!(lines, @"
    /board/  anonymous
    /pupils/<int:pk>/  anonymous
    /menu/ GET anonymous
    /old/ GET,POST,PUT,PATCH,DELETE anonymous
    /page/ GET anonymous
    /api/marks/  login
    /accounts/sign-in/  anonymous
    /accounts/profile/  login
    ");
}

#[test]
fn guards_ask_the_visitor_and_not_the_row() {
    let lines = guarded(
        "OPEN = env.bool(\"OPEN\", default=True)\n",
        r#"
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import user_passes_test
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

User = get_user_model()


# A pupil who has left is shown to the staff alone: the others are there for everyone.
def of_a_row(request, pk):
    pupil = get_object_or_404(User.objects.all(), pk=pk)
    if not pupil.is_active and not request.user.is_staff:
        raise Http404
    return HttpResponse("")


def of_the_visitor(request, pk):
    if not request.user.is_active:
        raise Http404
    return HttpResponse("")


def is_in(user):
    return settings.OPEN or user.is_authenticated


def is_clerk(user):
    return clerks.has(user)


def is_clerk_or_open(user):
    return settings.WHO_KNOWS or clerks.has(user)


# As the settings are written, everyone comes in.
@user_passes_test(is_in)
def by_setting(request, pk):
    return HttpResponse("")


@user_passes_test(is_clerk)
def by_test(request, pk):
    return HttpResponse("")


# A decorator with an argument or without, around one that Django brings.
def clerks_only(view=None):
    made = user_passes_test(is_in)
    if view:
        return made(view)
    return made


@clerks_only
@require_POST
def by_argument(request, pk):
    return HttpResponse("")


# For whom, nobody knows: the setting may let everyone in.
@user_passes_test(is_clerk_or_open)
def by_either(request, pk):
    return HttpResponse("")
"#,
    );
    insta::assert_snapshot!(lines, @"
    /of_a_row/<int:pk>/ anonymous
    /of_the_visitor/<int:pk>/ login
    /by_setting/<int:pk>/ anonymous
    /by_test/<int:pk>/ permission
    /by_argument/<int:pk>/ anonymous
    /by_either/<int:pk>/ unknown
    ");
}

/// Who gets in to each view of a module, with settings as given.
fn guarded(settings: &str, views: &str) -> String {
    let settings = format!(
        "import environ\nenv = environ.Env()\nROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = []\n\
         MIDDLEWARE = []\n{settings}"
    );
    let names =
        views.lines().filter_map(|line| line.strip_prefix("def ")?.split_once("(request, pk)"));
    let routes: String =
        names.map(|(name, _)| format!("    path(\"{name}/<int:pk>/\", views.{name}),\n")).collect();
    let urls = format!(
        "from django.urls import path\nfrom school import views\n\nurlpatterns = [\n{routes}]\n"
    );
    let manage =
        "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"school.settings\")\n";
    let files = [
        ("manage.py", manage),
        ("school/__init__.py", ""),
        ("school/settings.py", &settings),
        ("school/views.py", views),
        ("school/urls.py", &urls),
    ];
    let mut lines = String::new();
    for endpoint in &of(&project(&files)).endpoints {
        for access in &endpoint.access {
            lines.push_str(&format!("{} {}\n", endpoint.route, access.reach.as_str()));
        }
    }
    lines
}

#[test]
fn what_django_called_middleware_before_counts_where_nothing_else_is_said() {
    let door = r#"
from django.contrib.auth.decorators import login_required


class Door(object):
    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.user.is_authenticated:
            return None
        return login_required(view_func)(request, *view_args, **view_kwargs)
"#;
    let lines = by_setting("MIDDLEWARE_CLASSES", "", door);
    assert_eq!(lines, reaches("", door));
    assert!(lines.contains("/board/  login"), "{lines}");
    let lines = by_setting("MIDDLEWARE_CLASSES", "MIDDLEWARE = []\n", door);
    assert!(lines.contains("/board/  anonymous"), "{lines}");
}
