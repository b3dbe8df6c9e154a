"""Addresses of the faculty's screens: `/work` and what lies below it."""

from django.urls import include, path

from bitterroot.web.faculty import home, lists_urls

app_name = "faculty"

urlpatterns = [
    path("work", home.my_work, name="work"),
    path("work/", include(lists_urls.urlpatterns)),
]
