"""Addresses of signing in and out."""

from django.urls import path

from bitterroot.web.signin import forgotten, opening, views

app_name = "signin"
urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("open/<str:token>", opening.open_account, name="open"),
    path("sign-in/forgotten", forgotten.forgotten, name="forgotten"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("sign-in/unsent", views.unsent, name="unsent"),
]
