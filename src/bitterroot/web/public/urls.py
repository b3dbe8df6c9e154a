"""Addresses that anyone may open, and that others rely on."""

from django.urls import path, re_path

from bitterroot.web.public import (
    awards,
    catalog,
    demo,
    endorsers,
    hosted,
    meetings,
    pages,
    problem,
    verify,
)

app_name = "public"
urlpatterns = [
    path("", catalog.landing, name="landing"),
    path("catalog", catalog.catalog, name="catalog"),
    path("programs/<slug:slug>", catalog.program, name="program"),
    re_path(
        r"^programs/(?P<slug>[-\w]+)/badge\.(?P<ending>svg|png)$",
        catalog.badge_image,
        name="badge_image",
    ),
    path("programs/<slug:slug>/badge/<int:n>", catalog.badge, name="badge"),
    re_path(
        r"^programs/(?P<slug>[-\w]+)/badge/(?P<n>\d{1,4})\.(?P<ending>svg|png)$",
        catalog.badge_image,
    ),
    path("verify", verify.verify, name="verify"),
    re_path(
        r"^credentials/(?P<public_id>[A-Za-z0-9_-]{8,32})$", awards.credential, name="credential"
    ),
    re_path(
        r"^credentials/(?P<public_id>[A-Za-z0-9_-]{8,32})\.json$",
        awards.credential_json,
        name="credential_json",
    ),
    re_path(
        r"^credentials/(?P<public_id>[A-Za-z0-9_-]{8,32})/refresh$", awards.refresh, name="refresh"
    ),
    re_path(
        r"^credentials/(?P<public_id>[A-Za-z0-9_-]{8,32})\.(?P<ending>png|svg|pdf)$",
        awards.credential_file,
        name="credential_file",
    ),
    re_path(
        r"^credentials/(?P<public_id>[A-Za-z0-9_-]{8,32})/v2$", hosted.assertion, name="assertion"
    ),
    re_path(r"^programs/(?P<slug>[-\w]+)/badge/(?P<n>\d{1,4})/v2$", hosted.badge_class),
    path("issuer/v2", hosted.issuer),
    re_path(
        r"^credentials/(?P<public_id>[A-Za-z0-9_-]{8,32})/problem$", problem.problem, name="problem"
    ),
    path("status/<int:n>", awards.status_list, name="status_list"),
    re_path(
        r"^endorsers/(?P<name>[a-z0-9-]{1,80})/did\.json$", endorsers.identity, name="endorser"
    ),
    path("endorsements/<uuid:pk>", endorsers.endorsement, name="endorsement"),
    path(".well-known/did.json", awards.identity, name="identity"),
    path("procedures", pages.page, {"key": "procedures"}, name="procedures"),
    path("procedures/<int:n>", pages.page, {"key": "procedures"}, name="procedures_version"),
    path("faq", pages.page, {"key": "faq"}, name="faq"),
    path("faq/<int:n>", pages.page, {"key": "faq"}, name="faq_version"),
    path("public-meetings", meetings.bodies, name="meetings"),
    path("public-meetings/<slug:key>", meetings.body, name="meetings_of"),
    path("public-meetings/<slug:key>/calendar.ics", meetings.feed, name="meetings_feed"),
    path("public-meetings/<slug:key>/<uuid:pk>", meetings.meeting, name="open_meeting"),
    path("robots.txt", pages.robots, name="robots"),
    path("demo/people", demo.people, name="demo_people"),
    path("demo/mail", demo.mailbox, name="demo_mail"),
    path("demo/mail/<int:number>", demo.mail, name="demo_letter"),
    path("demo/mail/<int:number>/attachment", demo.attachment, name="demo_attachment"),
]
