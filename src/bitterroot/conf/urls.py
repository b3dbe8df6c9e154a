"""Every address of the product, by audience."""

from django.urls import URLPattern, URLResolver, include, path

from bitterroot.conf.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("", include("bitterroot.web.public.urls")),
    path("", include("bitterroot.web.api.urls")),
    path("", include("bitterroot.web.learner.urls")),
    path("", include("bitterroot.web.signin.urls")),
    path("", include("bitterroot.web.faculty.urls")),
    path("", include("bitterroot.web.office.urls")),
    path("", include("bitterroot.web.registrar.urls")),
    path("", include("bitterroot.web.bodies.urls")),
]

handler400 = "bitterroot.web.ui.errors.bad_request"
handler403 = "bitterroot.web.ui.errors.forbidden"
handler404 = "bitterroot.web.ui.errors.not_found"
handler500 = "bitterroot.web.ui.errors.server_error"
