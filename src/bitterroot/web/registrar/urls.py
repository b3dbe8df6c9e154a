"""Addresses of the two queues."""

from django.urls import path, re_path

from bitterroot.web.registrar import appeals, awards, queue, requests, students

app_name = "registrar"
_AWARD = r"^queue/awards/(?P<public_id>[A-Za-z0-9_-]{8,32})"
urlpatterns = [
    path("queue", queue.queue, name="queue"),
    path("queue/requests/<uuid:pk>", queue.show_request, name="request"),
    path("queue/requests/<uuid:pk>/check", queue.check, name="check"),
    path("queue/requests/<uuid:pk>/notations", queue.notations, name="notations"),
    path("queue/requests/<uuid:pk>/rows/<int:number>/refuse", queue.refuse, name="refuse"),
    path("queue/requests/<uuid:pk>/return", queue.send_back, name="return"),
    path("queue/requests/<uuid:pk>/issue", queue.issue, name="issue"),
    path("queue/requests/<uuid:pk>/progress", queue.show_progress, name="progress"),
    path("queue/requests/<uuid:pk>/receipt", queue.show_receipt, name="receipt"),
    path("queue/requests/<uuid:pk>/receipt.csv", queue.receipt_csv, name="receipt_csv"),
    path("queue/awards", awards.awards, name="awards"),
    re_path(_AWARD + r"$", awards.show_award, name="award"),
    re_path(_AWARD + r"/revoke$", awards.ask_to_revoke, name="revoke"),
    re_path(_AWARD + r"/correct$", awards.ask_to_correct, name="correct"),
    re_path(_AWARD + r"/suspend$", awards.ask_to_suspend, name="suspend"),
    re_path(_AWARD + r"/lift$", awards.lift, name="lift"),
    re_path(_AWARD + r"/reinstate$", awards.reinstate, name="reinstate"),
    path("queue/revocations/<uuid:pk>", awards.show_revocation, name="revocation"),
    path("queue/revocations/<uuid:pk>/decide", awards.decide, name="decide"),
    path("queue/students", students.students, name="students"),
    path("queue/appeals/<uuid:pk>", appeals.appeal, name="appeal"),
    path("queue/records/<uuid:pk>", requests.record_request, name="record_request"),
    path("queue/problems/<uuid:pk>", requests.problem, name="problem"),
]
