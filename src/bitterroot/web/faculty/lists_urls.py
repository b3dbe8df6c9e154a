"""Addresses of offerings and tracking lists, below `/work/`."""

from django.urls import path, re_path

from bitterroot.web.faculty import badges, lists, offerings, roster

urlpatterns = [
    path("lists", offerings.offerings, name="offerings"),
    path("programs/<slug:slug>/offerings/new", offerings.new_offering, name="new_offering"),
    path("lists/offerings/<uuid:pk>", offerings.show_offering, name="offering"),
    path("lists/offerings/<uuid:pk>/template.xlsx", offerings.template, name="list_template"),
    path("lists/offerings/<uuid:pk>/upload", offerings.upload, name="upload_list"),
    path("lists/offerings/<uuid:pk>/roster", roster.show, name="roster"),
    path("lists/offerings/<uuid:pk>/roster/file", roster.upload, name="upload_roster"),
    path("lists/offerings/<uuid:pk>/roster/add", roster.add, name="enroll"),
    path("lists/offerings/<uuid:pk>/roster/<int:number>/withdraw", roster.remove, name="withdraw"),
    path("lists/offerings/<uuid:pk>/badges", badges.issued_badges, name="issued_badges"),
    re_path(r"^badges/(?P<public_id>[A-Za-z0-9_-]{8,32})$", badges.badge, name="issued_badge"),
    path("lists/<uuid:pk>", lists.show_list, name="list"),
    path("lists/<uuid:pk>/rows/<int:number>", lists.mend, name="mend_line"),
    path("lists/<uuid:pk>/rows/<int:number>/remove", lists.remove, name="remove_line"),
    path("lists/<uuid:pk>/acknowledge", lists.acknowledge_rows, name="acknowledge_lines"),
    path("lists/<uuid:pk>/submit", lists.submit, name="submit_list"),
    path("lists/<uuid:pk>/discard", lists.discard, name="discard_list"),
    path("lists/<uuid:pk>/checked.<slug:form>", lists.export, name="export_list"),
]
