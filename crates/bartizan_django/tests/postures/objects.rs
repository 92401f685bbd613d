//! What binds a row to whoever asks for it, each with the line that decides.

use bartizan_base::LineIndex;
use bartizan_django::objects;
use bartizan_django::registries::Registries;
use bartizan_value::Evaluator;

use super::{of, project};

const MODELS: &str = r#"
from django.conf import settings
from django.db import models


class Order(models.Model):
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="orders")
    token = models.CharField(max_length=40)

    def may_be_seen_by(self, user):
        return self.customer == user


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
"#;

/// Route, methods, model, what binds it, by what, and the line that decides.
fn rows(urls: &str, views: &str) -> String {
    let files = [
        (
            "manage.py",
            "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n",
        ),
        (
            "shop/settings.py",
            "ROOT_URLCONF = \"shop.urls\"\nINSTALLED_APPS = [\"django.contrib.admin\", \"django.contrib.auth\", \"shop\"]\nREST_FRAMEWORK = {}\n",
        ),
        ("shop/__init__.py", ""),
        ("shop/models.py", MODELS),
        ("shop/urls.py", urls),
        ("shop/views.py", views),
    ];
    let project = project(&files);
    let evaluator = Evaluator::new(&project);
    let mut surface = of(&project);
    let registries = Registries::of(&project, &evaluator, None);
    objects::fill(&mut surface, &project, &registries);
    let mut lines = String::new();
    for endpoint in &surface.endpoints {
        if endpoint.objects.is_empty() {
            lines.push_str(&format!("{} -\n", endpoint.route));
        }
        for object in &endpoint.objects {
            let path = project.path(object.place.0).as_str();
            let (_, text) = files.iter().find(|(known, _)| *known == path).unwrap();
            let line = LineIndex::new(text).line(object.place.1.start);
            let line = text.lines().nth(line as usize - 1).unwrap_or_default().trim();
            lines.push_str(&format!(
                "{} {} {} {} [{}] {line}\n",
                endpoint.route,
                match object.methods.is_empty() {
                    true => "any".to_owned(),
                    false => object.methods.join(","),
                },
                object.model,
                object.bound.as_str(),
                object.name,
            ));
        }
    }
    lines
}

#[test]
fn a_function_asks_in_its_query_or_afterwards() {
    let lines = rows(
        r#"
from django.urls import path
from shop import views

urlpatterns = [
    path("any/<int:pk>/", views.whichever),
    path("scoped/<int:pk>/", views.scoped),
    path("related/<int:pk>/", views.related),
    path("checked/<int:pk>/", views.checked),
    path("not-own/<int:pk>/", views.not_own),
    path("own-first/<int:pk>/", views.own_first),
    path("asked/<int:pk>/", views.asked),
    path("shown/<int:pk>/", views.shown),
    path("changed/<int:pk>/", views.changed),
    path("noted/<int:pk>/", views.noted),
    path("helped/<int:pk>/", views.helped),
    path("helper/<int:pk>/", views.by_helper),
    path("token/<str:token>/<int:pk>/", views.by_token),
    path("line/<int:pk>/<int:line_id>/", views.line),
    path("any-line/<int:pk>/<int:line_id>/", views.any_line),
    path("decorated/<int:pk>/", views.decorated),
    path("handed/<int:pk>/", views.handed),
    path("odd/<int:pk>/", views.odd),
    path("list/", views.index),
]
"#,
        r#"
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from elsewhere import create_note, fetch
from shop.models import Line, Order


def whichever(request, pk):
    order = get_object_or_404(Order, pk=pk)
    return render(request, "order.html", {"order": order})


def scoped(request, pk):
    order = get_object_or_404(Order, pk=pk, customer=request.user)
    return render(request, "order.html", {"order": order})


def related(request, pk):
    order = request.user.orders.get(pk=pk)
    return render(request, "order.html", {"order": order})


def checked(request, pk):
    order = get_object_or_404(Order, pk=pk)
    if order.customer != request.user:
        raise PermissionDenied
    return render(request, "order.html", {"order": order})


def not_own(request, pk):
    order = get_object_or_404(Order, pk=pk)
    if order.customer == request.user:
        raise PermissionDenied
    return render(request, "order.html", {"order": order})


def own_first(request, pk):
    order = get_object_or_404(Order, pk=pk)
    if order.customer == request.user:
        return render(request, "order.html", {"order": order})
    raise PermissionDenied


def asked(request, pk):
    order = get_object_or_404(Order, pk=pk)
    if not order.may_be_seen_by(request.user):
        raise Http404
    return render(request, "order.html", {"order": order})


def shown(request, pk):
    order = get_object_or_404(Order, pk=pk)
    return render(request, "order.html", {"own": order.customer == request.user})


def changed(request, pk):
    order = get_object_or_404(Order, pk=pk)
    if order.change(by=request.user):
        return render(request, "changed.html")
    return render(request, "order.html")


def noted(request, pk):
    order = get_object_or_404(Order, pk=pk)
    note = create_note(order, request)
    if note is None:
        raise Http404("an empty note")
    return render(request, "order.html", {"note": note})


def order_of(user, pk):
    return get_object_or_404(Order, pk=pk, customer=user)


def helped(request, pk):
    return render(request, "order.html", {"order": order_of(request.user, pk)})


def order_by(pk):
    return get_object_or_404(Order, pk=pk)


def by_helper(request, pk):
    order = order_by(pk)
    if order.customer != request.user:
        raise PermissionDenied
    return render(request, "order.html", {"order": order})


def by_token(request, token, pk):
    order = get_object_or_404(Order, pk=pk, token=token)
    return render(request, "order.html", {"order": order})


def line(request, pk, line_id):
    order = get_object_or_404(Order, pk=pk, customer=request.user)
    line = get_object_or_404(Line, order=order, pk=line_id)
    return render(request, "line.html", {"line": line})


def any_line(request, pk, line_id):
    order = get_object_or_404(Order, pk=pk)
    line = get_object_or_404(Line, order=order, pk=line_id)
    return render(request, "line.html", {"line": line})


def for_customer(view):
    @wraps(view)
    def inner(request, pk):
        order = get_object_or_404(Order, pk=pk)
        if order.customer != request.user:
            raise PermissionDenied
        return view(request, pk)

    return inner


@for_customer
def decorated(request, pk):
    order = get_object_or_404(Order, pk=pk)
    return render(request, "order.html", {"order": order})


def with_order(view):
    @wraps(view)
    def inner(request, pk):
        return view(request, get_object_or_404(Order, pk=pk))

    return inner


@with_order
def handed(request, order):
    return render(request, "order.html", {"order": order})


def odd(request, pk):
    return render(request, "order.html", {"order": fetch(pk)})


def index(request):
    return render(request, "orders.html", {"orders": Order.objects.all()})
"#,
    );
    insta::assert_snapshot!(lines, @r#"
    /any/<int:pk>/ any Order none [] order = get_object_or_404(Order, pk=pk)
    /scoped/<int:pk>/ any Order scoped [customer] order = get_object_or_404(Order, pk=pk, customer=request.user)
    /related/<int:pk>/ any Order scoped [] order = request.user.orders.get(pk=pk)
    /checked/<int:pk>/ any Order checked [] if order.customer != request.user:
    /not-own/<int:pk>/ any Order unknown [asked about, and what hangs on that is not followed] if order.customer == request.user:
    /own-first/<int:pk>/ any Order checked [] if order.customer == request.user:
    /asked/<int:pk>/ any Order checked [] if not order.may_be_seen_by(request.user):
    /shown/<int:pk>/ any Order unknown [asked about, and what hangs on that is not followed] return render(request, "order.html", {"own": order.customer == request.user})
    /changed/<int:pk>/ any Order unknown [asked about, and what hangs on that is not followed] if order.change(by=request.user):
    /noted/<int:pk>/ any Order none [] order = get_object_or_404(Order, pk=pk)
    /helped/<int:pk>/ any Order scoped [customer] return get_object_or_404(Order, pk=pk, customer=user)
    /helper/<int:pk>/ any Order checked [] if order.customer != request.user:
    /token/<str:token>/<int:pk>/ any Order secret [token] order = get_object_or_404(Order, pk=pk, token=token)
    /line/<int:pk>/<int:line_id>/ any Order scoped [customer] order = get_object_or_404(Order, pk=pk, customer=request.user)
    /line/<int:pk>/<int:line_id>/ any Line scoped [order] line = get_object_or_404(Line, order=order, pk=line_id)
    /any-line/<int:pk>/<int:line_id>/ any Order none [] order = get_object_or_404(Order, pk=pk)
    /any-line/<int:pk>/<int:line_id>/ any Line none [] order = get_object_or_404(Order, pk=pk)
    /decorated/<int:pk>/ any Order checked [] if order.customer != request.user:
    /handed/<int:pk>/ any Order none [] return view(request, get_object_or_404(Order, pk=pk))
    /odd/<int:pk>/ any ? unknown [no query by `pk` was found] def odd(request, pk):
    /list/ -
    "#);
}

#[test]
fn a_class_asks_in_its_query_its_test_or_its_object() {
    let lines = rows(
        r#"
from django.urls import path
from shop import views

urlpatterns = [
    path("any/<int:pk>/", views.Whichever.as_view()),
    path("scoped/<int:pk>/", views.Scoped.as_view()),
    path("inherited/<int:pk>/", views.Inherited.as_view()),
    path("tested/<int:pk>/", views.Tested.as_view()),
    path("gotten/<int:pk>/", views.Gotten.as_view()),
    path("own/<int:pk>/", views.Own.as_view()),
    path("profile/<int:pk>/", views.Mine.as_view()),
    path("guardian/<int:pk>/", views.ByGuardian.as_view()),
    path("decorated/<int:pk>/", views.by_guardian),
    path("global/<int:pk>/", views.by_global),
    path("limited/<int:pk>/", views.Limited.as_view()),
    path("by-hand/<int:pk>/", views.ByHand.as_view()),
    path("restricted/<int:pk>/", views.Restricted.as_view()),
    path("list/", views.Index.as_view()),
]
"#,
        r#"
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.views import View
from django.views.generic import DeleteView, DetailView, ListView, UpdateView
from guardian.decorators import permission_required
from guardian.mixins import PermissionRequiredMixin

from shop.models import Order


class Whichever(LoginRequiredMixin, DetailView):
    model = Order


class Scoped(LoginRequiredMixin, DetailView):
    model = Order

    def get_queryset(self):
        return super().get_queryset().filter(customer=self.request.user)


class Mine(LoginRequiredMixin, UpdateView):
    model = Order

    def get_object(self, queryset=None):
        return self.request.user


class Inherited(Scoped):
    template_name = "other.html"


class Tested(UserPassesTestMixin, DeleteView):
    model = Order

    def test_func(self):
        return self.get_object().customer == self.request.user


class Gotten(LoginRequiredMixin, UpdateView):
    model = Order

    def get_object(self, queryset=None):
        order = super().get_object(queryset)
        if order.customer != self.request.user:
            raise PermissionDenied
        return order


class Own(LoginRequiredMixin, UpdateView):
    model = Order

    def get_object(self, queryset=None):
        return get_object_or_404(Order, pk=self.kwargs["pk"], customer=self.request.user)


class ByGuardian(PermissionRequiredMixin, DetailView):
    model = Order
    permission_required = "shop.view_order"


@permission_required("shop.view_order", (Order, "pk", "pk"))
def by_guardian(request, pk):
    return render(request, "order.html", {"order": get_object_or_404(Order, pk=pk)})


@permission_required("shop.view_order")
def by_global(request, pk):
    return render(request, "order.html", {"order": get_object_or_404(Order, pk=pk)})


class Limited(LoginRequiredMixin, DetailView):
    model = Order

    def get_queryset(self):
        return Order.objects.filter(shop=self.shop)


class ByHand(LoginRequiredMixin, View):
    def get(self, request, pk):
        order = get_object_or_404(Order, pk=pk, customer=request.user)
        return render(request, "order.html", {"order": order})

    def post(self, request, pk):
        Order.objects.get(pk=pk).delete()
        return render(request, "gone.html")


class Restricting:
    queryset = Order.objects.all()

    def dispatch(self, request, *args, **kwargs):
        self.queryset = self.queryset.restrict(request.user, "view")
        return super().dispatch(request, *args, **kwargs)


class Restricted(Restricting, View):
    def get_object(self, kwargs):
        return get_object_or_404(self.queryset, **kwargs)

    def get(self, request, **kwargs):
        return render(request, "order.html", {"order": self.get_object(kwargs)})


class Index(LoginRequiredMixin, ListView):
    model = Order
"#,
    );
    insta::assert_snapshot!(lines, @r#"
    /any/<int:pk>/ any Order none [] model = Order
    /scoped/<int:pk>/ any Order scoped [] return super().get_queryset().filter(customer=self.request.user)
    /inherited/<int:pk>/ any Order scoped [] return super().get_queryset().filter(customer=self.request.user)
    /tested/<int:pk>/ any Order checked [] return self.get_object().customer == self.request.user
    /gotten/<int:pk>/ any Order checked [] if order.customer != self.request.user:
    /own/<int:pk>/ any Order scoped [customer] return get_object_or_404(Order, pk=self.kwargs["pk"], customer=self.request.user)
    /profile/<int:pk>/ any Order scoped [] return self.request.user
    /guardian/<int:pk>/ any Order checked [PermissionRequiredMixin] class ByGuardian(PermissionRequiredMixin, DetailView):
    /decorated/<int:pk>/ any Order checked [permission_required] @permission_required("shop.view_order", (Order, "pk", "pk"))
    /global/<int:pk>/ any Order none [] return render(request, "order.html", {"order": get_object_or_404(Order, pk=pk)})
    /limited/<int:pk>/ any Order unknown [`get_queryset` is not followed] def get_queryset(self):
    /by-hand/<int:pk>/ GET Order scoped [customer] order = get_object_or_404(Order, pk=pk, customer=request.user)
    /by-hand/<int:pk>/ POST Order none [] Order.objects.get(pk=pk).delete()
    /restricted/<int:pk>/ any Order scoped [] self.queryset = self.queryset.restrict(request.user, "view")
    /list/ -
    "#);
}

#[test]
fn an_api_asks_its_permissions_of_the_row() {
    let lines = rows(
        r#"
from django.urls import include, path
from rest_framework.routers import SimpleRouter
from shop import views

router = SimpleRouter()
router.register("any", views.Whichever)
router.register("owned", views.Owned)
router.register("shown", views.Shown)
router.register("staff", views.StaffOrOwner)
router.register("either", views.Either)
router.register("scoped", views.Scoped)
router.register("filtered", views.Filtered)
router.register("chosen", views.Chosen)
router.register("careless", views.Careless)
urlpatterns = [
    path("", include(router.urls)),
    path("asked/<int:pk>/", views.Asked.as_view()),
    path("for-nothing/<int:pk>/", views.ForNothing.as_view()),
]
"#,
        r#"
from django.shortcuts import get_object_or_404
from rest_framework.decorators import action
from rest_framework.filters import BaseFilterBackend
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAdminUser, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet

from shop.models import Order


class IsCustomer(BasePermission):
    def has_object_permission(self, request, view, obj):
        return obj.customer == request.user


class IsCustomerOrShows(BasePermission):
    def has_object_permission(self, request, view, obj):
        if request.method in SAFE_METHODS:
            return True
        return obj.customer == request.user


class Careless(ModelViewSet):
    queryset = Order.objects.all()

    class IsAnything(BasePermission):
        def has_object_permission(self, request, view, obj):
            return self.has_permission(request, view)

    permission_classes = [IsAuthenticated, IsAnything]


class Whichever(ModelViewSet):
    queryset = Order.objects.all()
    permission_classes = [IsAuthenticated]


class Owned(ModelViewSet):
    queryset = Order.objects.all()
    permission_classes = [IsAuthenticated, IsCustomer]

    @action(detail=True, methods=["post"])
    def pay(self, request, pk):
        self.get_object().pay()
        return Response()

    @action(detail=True, methods=["post"])
    def ship(self, request, pk):
        Order.objects.get(pk=pk).ship()
        return Response()

    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def open(self, request, pk):
        self.get_object().open()
        return Response()


class Shown(ModelViewSet):
    queryset = Order.objects.all()
    permission_classes = [IsAuthenticated & IsCustomerOrShows]


class StaffOrOwner(ModelViewSet):
    queryset = Order.objects.all()
    permission_classes = [IsAdminUser | IsCustomer]


class Either(ModelViewSet):
    queryset = Order.objects.all()
    permission_classes = [IsAuthenticated | IsCustomer]


class Scoped(ModelViewSet):
    queryset = Order.objects.all()
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return self.request.user.orders.all()


class OwnOrders(BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        return queryset.filter(customer=request.user)


class Filtered(ModelViewSet):
    queryset = Order.objects.all()
    permission_classes = [IsAuthenticated]
    filter_backends = [OwnOrders]


class Chosen(ModelViewSet):
    queryset = Order.objects.all()

    def get_permissions(self):
        if self.action == "destroy":
            return [IsAuthenticated(), IsCustomer()]
        return [IsAuthenticated()]


class Asked(APIView):
    permission_classes = [IsCustomer]

    def get(self, request, pk):
        order = get_object_or_404(Order, pk=pk)
        self.check_object_permissions(request, order)
        return Response(order.text)


class ForNothing(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request, pk):
        order = get_object_or_404(Order, pk=pk)
        self.check_object_permissions(request, order)
        return Response(order.text)
"#,
    );
    insta::assert_snapshot!(lines, @"
    /^any/$ -
    /^any/(?P<pk>[^/.]+)/$ any Order none [] queryset = Order.objects.all()
    /^owned/$ -
    /^owned/(?P<pk>[^/.]+)/$ any Order checked [IsCustomer.has_object_permission] def has_object_permission(self, request, view, obj):
    /^owned/(?P<pk>[^/.]+)/open/$ any Order none [] queryset = Order.objects.all()
    /^owned/(?P<pk>[^/.]+)/pay/$ any Order checked [IsCustomer.has_object_permission] def has_object_permission(self, request, view, obj):
    /^owned/(?P<pk>[^/.]+)/ship/$ any Order none [] Order.objects.get(pk=pk).ship()
    /^shown/$ -
    /^shown/(?P<pk>[^/.]+)/$ GET Order none [] queryset = Order.objects.all()
    /^shown/(?P<pk>[^/.]+)/$ PUT,PATCH,DELETE Order checked [IsCustomerOrShows.has_object_permission] def has_object_permission(self, request, view, obj):
    /^staff/$ -
    /^staff/(?P<pk>[^/.]+)/$ any Order checked [IsCustomer.has_object_permission] def has_object_permission(self, request, view, obj):
    /^either/$ -
    /^either/(?P<pk>[^/.]+)/$ any Order none [] queryset = Order.objects.all()
    /^scoped/$ -
    /^scoped/(?P<pk>[^/.]+)/$ any Order scoped [] return self.request.user.orders.all()
    /^filtered/$ -
    /^filtered/(?P<pk>[^/.]+)/$ any Order scoped [] return queryset.filter(customer=request.user)
    /^chosen/$ -
    /^chosen/(?P<pk>[^/.]+)/$ GET,PUT,PATCH Order none [] queryset = Order.objects.all()
    /^chosen/(?P<pk>[^/.]+)/$ DELETE Order checked [IsCustomer.has_object_permission] def has_object_permission(self, request, view, obj):
    /^careless/$ -
    /^careless/(?P<pk>[^/.]+)/$ any Order none [] queryset = Order.objects.all()
    /asked/<int:pk>/ any Order checked [IsCustomer.has_object_permission] def has_object_permission(self, request, view, obj):
    /for-nothing/<int:pk>/ any Order none [] self.check_object_permissions(request, order)
    ");
}

#[test]
fn staff_have_all_rows_but_where_the_class_says_otherwise() {
    let lines = rows(
        r#"
from django.contrib import admin
from django.urls import path
from shop import views

urlpatterns = [path("admin/", admin.site.urls), path("mine/<int:pk>/", views.Mine.as_view())]
"#,
        r#"
from django.contrib import admin
from django.views.generic import DetailView

from shop.models import Line, Order


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    def get_queryset(self, request):
        return super().get_queryset(request).filter(customer=request.user)


@admin.register(Line)
class LineAdmin(admin.ModelAdmin):
    def has_delete_permission(self, request, obj=None):
        return obj is None or obj.order.may_be_seen_by(request.user)


class Mine(DetailView):
    def get_queryset(self):
        rows = self.request.user.orders.order_by("pk")
        return rows
"#,
    );
    let of_shop = |line: &&str| line.contains("/shop/") || line.contains("/mine/");
    let lines: Vec<&str> = lines.lines().filter(of_shop).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    /admin/shop/order/ -
    /admin/shop/order/add/ -
    /admin/shop/order/<path:object_id>/history/ any Order scoped [] return super().get_queryset(request).filter(customer=request.user)
    /admin/shop/order/<path:object_id>/delete/ any Order scoped [] return super().get_queryset(request).filter(customer=request.user)
    /admin/shop/order/<path:object_id>/change/ any Order scoped [] return super().get_queryset(request).filter(customer=request.user)
    /admin/shop/order/<path:object_id>/ -
    /admin/shop/line/ -
    /admin/shop/line/add/ -
    /admin/shop/line/<path:object_id>/history/ any Line none [] class LineAdmin(admin.ModelAdmin):
    /admin/shop/line/<path:object_id>/delete/ any Line checked [] return obj is None or obj.order.may_be_seen_by(request.user)
    /admin/shop/line/<path:object_id>/change/ any Line none [] class LineAdmin(admin.ModelAdmin):
    /admin/shop/line/<path:object_id>/ -
    /mine/<int:pk>/ any ? scoped [] rows = self.request.user.orders.order_by("pk")
    "#);
}
