from django.contrib.admin.views.decorators import staff_member_required
from django.urls import path

from . import views

app_name = "visits"

urlpatterns = [
    path("", views.VisitList.as_view(), name="list"),
    path("new/", views.VisitCreate.as_view(), name="create"),
    path("<int:pk>/", views.VisitDetail.as_view(), name="detail"),
    path("<int:pk>/delete/", views.VisitDelete.as_view(), name="delete"),
    path("<int:pk>/sign/", views.sign, name="sign"),
    path("board/", views.board, name="board"),
    path("desk/", staff_member_required(views.desk), name="desk"),
    path("office/", views.office, name="office"),
    path("rounds/", views.Rounds.as_view(), name="rounds"),
    path("night/", views.Night.as_view(), name="night"),
    path("pharmacy/", views.pharmacy, name="pharmacy"),
    path("kiosk/", views.kiosk, name="kiosk"),
    path("machines/", views.machines, name="machines"),
    path("hook/", views.hook, name="hook"),
    path("mine/", views.mine, name="mine"),
    path("supervisor/", views.supervisor, name="supervisor"),
    path("filter/", views.FilteredVisits.as_view(), name="filter"),
    path("protected/<int:pk>/", views.Protected.as_view(), name="protected"),
]

for kind in ("blood", "urine"):
    urlpatterns.append(path(f"samples/{kind}/", views.samples, {"kind": kind}, name=f"samples-{kind}"))


def crud(prefix, *views_by_name):
    return [path(f"{prefix}/{name}/", view, name=f"{prefix}-{name}") for name, view in views_by_name]


urlpatterns += crud("beds", ("list", views.beds), ("free", views.board))
