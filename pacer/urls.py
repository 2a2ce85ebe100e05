"""The root of all addresses."""

from django.urls import include, path, re_path

from pacer import health
from participants.views import sign_in

handler400 = "participants.views.errors.bad_request"
handler403 = "participants.views.errors.forbidden"
handler404 = "participants.views.errors.not_found"
handler500 = "participants.views.errors.server_error"

# The names are those that the sign-in package asks for; none of its other pages is served.
accounts = [
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("password/", sign_in.ask_for_link, name="account_reset_password"),
    path("password/sent/", sign_in.link_asked_for, name="account_reset_password_done"),
    path("password/set/done/", sign_in.password_chosen, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/set/(?P<uidb36>[0-9A-Za-z]{1,13})-(?P<key>[0-9A-Za-z-]{1,100})/$",
        sign_in.choose_password,
        name="account_reset_password_from_key",
    ),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include(accounts)),
    path("", include("participants.urls")),
    path("", include("followup.urls")),
]
