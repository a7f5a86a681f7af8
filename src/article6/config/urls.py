"""Where the two doors that speak HTTP stand."""

from django.urls import include, path

from article6.api.urls import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("article6.web.urls")),
]
