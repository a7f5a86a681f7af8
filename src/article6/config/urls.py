"""Where the two doors that speak HTTP stand."""

from django.urls import include, path, re_path

from article6.api import problems
from article6.api.urls import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("exchange/v1/", include("article6.api.exchange")),
    re_path("^api(?:/.*)?$", problems.nowhere),
    path("", include("article6.web.urls")),
]
