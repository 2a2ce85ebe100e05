"""The root of all addresses."""

from django.urls import include, path

from pacer import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("allauth.account.urls")),
    path("", include("participants.urls")),
    path("", include("followup.urls")),
]
