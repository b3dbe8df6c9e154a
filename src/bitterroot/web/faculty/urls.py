"""Addresses of the faculty's screens, below `/work/`."""

from bitterroot.web.faculty import lists_urls

app_name = "faculty"

urlpatterns = [*lists_urls.urlpatterns]
