//! Views and routers of packages: Channels, drf-spectacular, simplejwt, djoser, DRF's own.

use super::{SETTINGS, lines, of, project};

fn school(settings: &str, files: &[(&str, &str)]) -> String {
    let settings = format!("{SETTINGS}\n{settings}");
    let manage =
        "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"school.settings\")\n";
    let mut all = vec![
        ("manage.py", manage),
        ("school/__init__.py", ""),
        ("school/settings.py", settings.as_str()),
    ];
    all.extend(files);
    lines(&of(&project(&all)))
}

#[test]
fn websockets_are_endpoints_and_connect_says_whom_they_accept() {
    let lines = school(
        "ASGI_APPLICATION = \"school.asgi.application\"",
        &[
            ("school/urls.py", "urlpatterns = []\n"),
            (
                "school/asgi.py",
                r#"
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

from school import consumers
from school.routing import websocket_urlpatterns

application = ProtocolTypeRouter({
    "http": get_asgi_application(),
    "websocket": AllowedHostsOriginValidator(
        AuthMiddlewareStack(
            URLRouter([
                path("ws/", URLRouter(websocket_urlpatterns)),
                path("board/", consumers.Board.as_asgi()),
            ])
        )
    ),
})
"#,
            ),
            (
                "school/routing.py",
                r#"
from django.urls import path, re_path

from school import consumers

websocket_urlpatterns = [
    re_path(r"class/(?P<name>\w+)/$", consumers.Class.as_asgi()),
    path("staff/", consumers.Staff.as_asgi()),
    path("helped/", consumers.Helped.as_asgi()),
    path("asked/", consumers.Asked.as_asgi()),
]
"#,
            ),
            (
                "school/consumers.py",
                r#"
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer


class Board(WebsocketConsumer):
    def receive(self, text_data):
        self.send(text_data)


class Class(AsyncWebsocketConsumer):
    async def connect(self):
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        await self.accept()


class Staff(WebsocketConsumer):
    def connect(self):
        if self.scope["user"].is_staff:
            self.accept()
        else:
            self.close()


class Helped(WebsocketConsumer):
    def connect(self):
        if self.scope["user"].is_anonymous:
            return self.close()
        self.welcome()

    def welcome(self):
        self.accept()


class Asked(WebsocketConsumer):
    def connect(self):
        if known_to_the_gate(self.scope):
            self.accept()
"#,
            ),
        ],
    );
    insta::assert_snapshot!(lines, @r"
    /ws/class/(?P<name>\w+)/$ WEBSOCKET login no
    /ws/staff/ WEBSOCKET staff no
    /ws/helped/ WEBSOCKET login no
    /ws/asked/ WEBSOCKET unknown no
    /board/ WEBSOCKET anonymous no
    ");
}

#[test]
fn a_list_of_websockets_is_found_without_the_application() {
    let lines = school(
        "",
        &[
            ("school/urls.py", "urlpatterns = []\n"),
            (
                "school/routing.py",
                r#"
from channels.generic.websocket import WebsocketConsumer
from django.urls import path


class Board(WebsocketConsumer):
    pass


websocket_urlpatterns = [path("board/", Board.as_asgi())]
"#,
            ),
        ],
    );
    insta::assert_snapshot!(lines, @"/board/ WEBSOCKET anonymous no");
}

#[test]
fn views_of_packages_ask_what_settings_and_arguments_say() {
    let lines = school(
        "SPECTACULAR_SETTINGS = {\"SERVE_PERMISSIONS\": [\"rest_framework.permissions.IsAdminUser\"]}",
        &[(
            "school/urls.py",
            r#"
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework_simplejwt.views import TokenObtainPairView

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view()),
    path("redoc/", SpectacularRedocView.as_view(permission_classes=[])),
    path("token/", TokenObtainPairView.as_view()),
    path("key/", obtain_auth_token),
    path("auth/", include("djoser.urls.authtoken")),
]
"#,
        )],
    );
    insta::assert_snapshot!(lines, @"
    /schema/ GET staff unknown
    /redoc/ GET anonymous unknown
    /token/ POST anonymous unknown
    /key/ POST anonymous unknown
    /auth/token/login/?$ POST anonymous unknown
    /auth/token/logout/?$ POST login unknown
    ");
}

/// Only routers heed what `@action` says of permissions; the methods are those that the URLconf maps and
/// `http_method_names` lets through. What documents an API asks nobody.
#[test]
fn view_sets_that_a_urlconf_maps_by_hand_answer_what_it_says() {
    let lines = school(
        "",
        &[
            (
                "school/views.py",
                r#"
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.viewsets import ModelViewSet

def described(tag):
    return {"list": extend_schema(tags=[tag])}

@extend_schema_view(**described("marks"))
class Marks(ModelViewSet):
    permission_classes = [IsAuthenticated]
    http_method_names = ["get", "post", "options"]

    @action(detail=False, methods=["post"], permission_classes=[AllowAny])
    def nearest(self, request): ...
"#,
            ),
            (
                "school/urls.py",
                r#"
from django.urls import include, path
from django.views.decorators.cache import cache_page
from rest_framework.permissions import AllowAny
from rest_framework.routers import SimpleRouter

from school.views import Marks

one = {"get": "retrieve", "delete": "destroy"}
router = SimpleRouter(use_regex_path=False)
router.register("routed", Marks)

urlpatterns = [
    path("marks", Marks.as_view({"get": "list", "post": "create"})),
    path("marks/nearest", Marks.as_view(actions={"post": "nearest"})),
    path("marks/<pk>", cache_page(60)(Marks.as_view(one))),
    path("open", Marks.as_view({"get": "list"}, permission_classes=[AllowAny])),
    path("", include(router.urls)),
]
"#,
            ),
        ],
    );
    insta::assert_snapshot!(lines, @"
    /marks GET,POST login no
    /marks/nearest POST login no
    /marks/<pk> GET login no
    /open GET anonymous no
    /routed/ GET,POST login no
    /routed/nearest/ POST anonymous no
    /routed/<str:pk>/ GET login no
    ");
}

/// A route is wrongly named by nobody: where DRF would ask a model that is not known, there is no name.
#[test]
fn what_a_router_cannot_know_is_left_open() {
    let found = of(&project(&[
        (
            "manage.py",
            "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"school.settings\")\n",
        ),
        ("school/__init__.py", ""),
        ("school/settings.py", SETTINGS),
        (
            "school/urls.py",
            r#"
import os

from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ModelViewSet
from somewhere import Model, key


class People(ModelViewSet):
    queryset = getattr(Model, "objects").all()


class Keyed(ModelViewSet):
    queryset = Model.objects.all()
    lookup_field = key()


class EitherWay(SimpleRouter):
    def __init__(self):
        super().__init__()
        self.trailing_slash = "/?"


class Rooms(ModelViewSet):
    http_method_names = ["post"]


either = EitherWay()
either.register("rooms", Rooms, basename="room")

router = SimpleRouter()
router.register("people", People)
router.register("keyed", Keyed, basename="keyed")
router.register("named", People, basename=key())
router.register(key(), People)
urlpatterns = router.urls + either.urls
"#,
        ),
    ]));
    let names: Vec<String> = found
        .endpoints
        .iter()
        .map(|endpoint| {
            let name = endpoint.name.as_deref().unwrap_or("not known");
            format!("{} {name}", endpoint.route)
        })
        .chain(found.unresolved.iter().map(|row| format!("? {} {}", row.route, row.why)))
        .collect();
    insta::assert_snapshot!(names.join("\n"), @"
    /^people/$ model-list
    /^people/(?P<pk>[^/.]+)/$ model-detail
    /^keyed/$ keyed-list
    /^named/$ not known
    /^named/(?P<pk>[^/.]+)/$ not known
    /^rooms/?$ room-list
    ? / the prefix is put together at run time
    ? /keyed the name of the key is put together at run time
    ");
}
