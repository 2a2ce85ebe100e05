"""The sign-in pages of the package, each with its declared policy; no other of its pages is served."""

from allauth.account import views

from participants.access import allow, public

sign_in = public(views.login, methods="GET POST")
sign_out = allow(None, methods="GET POST")(views.logout)
ask_for_link = public(views.password_reset, methods="GET POST")
link_asked_for = public(views.password_reset_done)
choose_password = public(views.password_reset_from_key, methods="GET POST")
password_chosen = public(views.password_reset_from_key_done)
