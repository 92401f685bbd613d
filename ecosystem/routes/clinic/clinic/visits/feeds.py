from django.contrib.sitemaps import GenericSitemap
from django.contrib.syndication.views import Feed

from .models import Visit


class LatestVisits(Feed):
    title = "Visits"
    link = "/visits/"

    def items(self):
        return Visit.objects.none()


sitemaps = {"visits": GenericSitemap({"queryset": Visit.objects.none()})}
