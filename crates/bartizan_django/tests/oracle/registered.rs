//! Routes that come of what applications register: plugins, hooks, pages, what each configuration says;
//! compared with what Django's own resolver finds. `market.cheese` is not installed.

use super::routes::{ours, theirs};

const FILES: &[(&str, &str)] = &[
    ("market/__init__.py", ""),
    (
        "market/settings.py",
        r#"
SECRET_KEY = "not-a-key"
ROOT_URLCONF = "market.urls"
MARKET_PARTS = ["fruit", "bread"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "market.hall",
    "market.fruit",
    "market.bread",
]
"#,
    ),
    ("market/hall/__init__.py", ""),
    (
        "market/hall/apps.py",
        r#"
from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class HallConfig(AppConfig):
    name = "market.hall"

    def ready(self):
        autodiscover_modules("stalls")

        from market.hall import panels

        panels.load()
"#,
    ),
    (
        "market/hall/registry.py",
        r#"
_plugins = {}
_boards = []
_hooks = {}
TITLES = {"open": "Open", "closed": "Closed"}


def register(cls):
    if cls in _plugins:
        raise ValueError("twice")
    _plugins[cls] = cls()


def plugins():
    return _plugins


def board(cls):
    _boards.append(cls)
    return cls


def boards():
    return list(_boards)


def hook(name):
    def add(function):
        if name not in _hooks:
            _hooks[name] = []
        _hooks[name].append(function)
        return function

    return add


def hooks(name):
    return _hooks.get(name, [])


def title(request, name):
    titles = TITLES.copy()
    titles.update(name=name)
    return titles[name]
"#,
    ),
    (
        "market/hall/site.py",
        r#"
from django.urls import path


class Site:
    def __init__(self):
        self._views = {}
        self._pages = []

    def register(self, slug, view, name=None):
        self._views[slug] = (view, name or slug)

    def page(self, prefix):
        def wrap(cls):
            self._pages.append((prefix, cls))
            return cls

        return wrap

    @property
    def urls(self):
        return self.get_urls(), "site", "site"

    def get_urls(self):
        urlpatterns = [path("", self.index, name="index")]
        for slug, (view, name) in self._views.items():
            urlpatterns.append(path(f"{slug}/", view.as_view(), name=name))
        urlpatterns += [
            path(f"pages/{prefix}/", cls.as_view(), name=prefix) for prefix, cls in self._pages
        ]
        return urlpatterns

    def index(self, request): ...


site = Site()
"#,
    ),
    (
        "market/hall/panels.py",
        r#"
from importlib import import_module

from django.apps import apps
from django.views import View


class Panel(View):
    slug = None
    known = []

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Panel.known.append(cls)

    def get(self, request): ...


def load():
    for app in apps.get_app_configs():
        try:
            import_module(app.name + ".panels")
        except ModuleNotFoundError:
            pass
"#,
    ),
    ("market/fruit/__init__.py", ""),
    (
        "market/fruit/apps.py",
        r#"
from django.apps import AppConfig


class FruitConfig(AppConfig):
    name = "market.fruit"
    prefix = "by-config/fruit/"
    routes = "market.fruit.more"

    class PluginMeta:
        title = "Fruit"

    def own_routes(self):
        from django.urls import include, path

        return [path(f"own/{self.label}/", include(f"{self.name}.urls"))]
"#,
    ),
    (
        "market/fruit/more.py",
        r#"
from django.urls import path

from market.fruit import views

urlpatterns = [path("shelf/", views.shelf, name="fruit-shelf")]
"#,
    ),
    (
        "market/fruit/urls.py",
        r#"
from django.urls import path

from market.fruit import views

urlpatterns = [path("list/", views.shelf, name="fruit-list")]
"#,
    ),
    (
        "market/fruit/views.py",
        r#"
from django.views import View


def shelf(request): ...


class Shelf(View):
    def get(self, request): ...
"#,
    ),
    (
        "market/fruit/panels.py",
        r#"
from market.hall.panels import Panel


class FruitPanel(Panel):
    slug = "fruit-panel"
"#,
    ),
    (
        "market/fruit/stalls.py",
        r#"
from django.urls import path

from market.fruit import views
from market.hall import registry
from market.hall.site import site


class FruitPlugin:
    slug = "fruit"
    urlpatterns = {"root": [path("root/", views.shelf, name="fruit-root")]}


registry.register(FruitPlugin)


@registry.board
class FruitBoard(views.Shelf):
    slug = "fruit-board"


@registry.hook("urls")
def fruit_urls():
    return [path("hooked/fruit/", views.shelf, name="fruit-hooked")]


site.register("fruit", views.Shelf, name="fruit-shelf")


@site.page("fruit-page")
class FruitPage(views.Shelf):
    pass
"#,
    ),
    ("market/bread/__init__.py", ""),
    (
        "market/bread/apps.py",
        r#"
from django.apps import AppConfig


class BreadConfig(AppConfig):
    name = "market.bread"
    prefix = "by-config/bread/"
    routes = "market.bread.more"

    class PluginMeta:
        title = "Bread"

    def own_routes(self):
        from django.urls import include, path

        return [path(f"own/{self.label}/", include(f"{self.name}.urls"))]
"#,
    ),
    (
        "market/bread/more.py",
        r#"
from django.urls import path

from market.bread import views

urlpatterns = [path("shelf/", views.shelf, name="bread-shelf")]
"#,
    ),
    (
        "market/bread/urls.py",
        r#"
from django.urls import path

from market.bread import views

urlpatterns = [path("list/", views.shelf, name="bread-list")]
"#,
    ),
    (
        "market/bread/views.py",
        r#"
from django.views import View


def shelf(request): ...


class Shelf(View):
    def get(self, request): ...
"#,
    ),
    (
        "market/bread/panels.py",
        r#"
from market.hall.panels import Panel


class BreadPanel(Panel):
    slug = "bread-panel"
"#,
    ),
    (
        "market/bread/stalls.py",
        r#"
from django.urls import path

from market.bread import views
from market.hall import registry
from market.hall.site import site


class BreadPlugin:
    slug = "bread"
    urlpatterns = {"root": [path("root/", views.shelf, name="bread-root")]}


registry.register(BreadPlugin)


@registry.board
class BreadBoard(views.Shelf):
    slug = "bread-board"


@registry.hook("urls")
def bread_urls():
    return [path("hooked/bread/", views.shelf, name="bread-hooked")]


site.register("bread", views.Shelf, name="bread-shelf")


@site.page("bread-page")
class BreadPage(views.Shelf):
    pass
"#,
    ),
    ("market/cheese/__init__.py", ""),
    (
        "market/cheese/apps.py",
        r#"
from django.apps import AppConfig


class CheeseConfig(AppConfig):
    name = "market.cheese"
    prefix = "by-config/cheese/"
    routes = "market.cheese.more"

    class PluginMeta:
        title = "Cheese"

    def own_routes(self):
        from django.urls import include, path

        return [path(f"own/{self.label}/", include(f"{self.name}.urls"))]
"#,
    ),
    (
        "market/cheese/more.py",
        r#"
from django.urls import path

from market.cheese import views

urlpatterns = [path("shelf/", views.shelf, name="cheese-shelf")]
"#,
    ),
    (
        "market/cheese/urls.py",
        r#"
from django.urls import path

from market.cheese import views

urlpatterns = [path("list/", views.shelf, name="cheese-list")]
"#,
    ),
    (
        "market/cheese/views.py",
        r#"
from django.views import View


def shelf(request): ...


class Shelf(View):
    def get(self, request): ...
"#,
    ),
    (
        "market/cheese/panels.py",
        r#"
from market.hall.panels import Panel


class CheesePanel(Panel):
    slug = "cheese-panel"
"#,
    ),
    (
        "market/cheese/stalls.py",
        r#"
from django.urls import path

from market.cheese import views
from market.hall import registry
from market.hall.site import site


class CheesePlugin:
    slug = "cheese"
    urlpatterns = {"root": [path("root/", views.shelf, name="cheese-root")]}


registry.register(CheesePlugin)


@registry.board
class CheeseBoard(views.Shelf):
    slug = "cheese-board"


@registry.hook("urls")
def cheese_urls():
    return [path("hooked/cheese/", views.shelf, name="cheese-hooked")]


site.register("cheese", views.Shelf, name="cheese-shelf")


@site.page("cheese-page")
class CheesePage(views.Shelf):
    pass
"#,
    ),
    (
        "market/urls.py",
        r#"
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.urls import include, path

from market.fruit import views
from market.hall import registry
from market.hall.panels import Panel
from market.hall.site import site

app_name = "market"

urlpatterns = [path("site/", site.urls)]
for name in registry.TITLES:
    urlpatterns.append(path(f"{name}/", views.shelf, name=name))
for plugin in registry.plugins().values():
    slug = getattr(plugin, "slug", None)
    if slug:
        urlpatterns += [path("plugins/" + slug + "/", include(plugin.urlpatterns.get("root", [])))]
for board in registry.boards():
    urlpatterns.append(path(f"boards/{board.slug}/", board.as_view(), name=board.slug))
for hook in registry.hooks("urls"):
    urlpatterns += hook()
for app in apps.get_app_configs():
    if getattr(app, "routes", None):
        urlpatterns.append(path(app.prefix, include(app.routes)))
for app in apps.get_app_configs():
    try:
        urlpatterns += app.own_routes()
    except AttributeError:
        pass
for part in settings.MARKET_PARTS:
    urlpatterns.append(path(f"parts/{part}/", include(f"market.{part}.urls")))
for part in ("fruit", "bread"):
    module = import_module(f"market.{part}.urls")
    urlpatterns += [path(f"imported/{part}/", include(module))]


def configured():
    found = []
    for app in apps.get_app_configs():
        if hasattr(app, "PluginMeta"):
            meta = app.PluginMeta
            meta.module = app.name
            meta.app = app
            found.append(meta)
    return sorted(found, key=lambda meta: (meta.title, meta.module))


for meta in configured():
    try:
        urlpatterns.append(path(f"meta/{meta.title}/", include(meta.module + ".urls")))
    except ModuleNotFoundError:
        pass
urlpatterns += [
    path(f"panels/{panel.slug}/", panel.as_view(), name=panel.slug) for panel in Panel.known
]
"#,
    ),
];

#[test]
fn what_applications_register_is_what_the_resolver_finds() {
    let mut ours: Vec<Vec<String>> =
        ours(FILES).into_iter().map(|(route, name, view, _)| vec![route, name, view]).collect();
    ours.sort();
    assert_eq!(ours, theirs(FILES, "market.settings"));
}
