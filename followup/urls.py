"""The addresses of followup."""

from django.urls import URLPattern, path

from followup.views.reminder_link import reminder_link

app_name = "followup"
urlpatterns: list[URLPattern] = [
    path("r/<slug:reference>/", reminder_link, name="reminder_link"),
]
