"""The addresses of list screens alone, for their tests."""

from django.urls import include, path

from bitterroot.web.faculty import lists_urls

urlpatterns = [path("work/", include((lists_urls.urlpatterns, "faculty")))]
