"""Addresses of the faculty's screens: `/work`, what lies below it, and a partner's `/sign/…`."""

from django.urls import include, path

from bitterroot.web.faculty import (
    agreements,
    comments,
    consultations,
    full,
    home,
    lists_urls,
    marketing,
    pilot,
    pilot_notice,
    pilot_review,
    preview,
    proposal_acts,
    proposal_edit,
    proposals,
    signing,
)

app_name = "faculty"

_work = [
    path("consultations/new", consultations.new_consultation, name="new_consultation"),
    path("consultations/<uuid:pk>", consultations.consultation, name="consultation"),
    path("consultations/<uuid:pk>/files", consultations.change_files, name="consultation_files"),
    path(
        "consultations/<uuid:pk>/files/<int:number>", consultations.file, name="consultation_file"
    ),
    path("consultations/<uuid:pk>/calendar.ics", consultations.calendar, name="calendar"),
    path("consultations/<uuid:pk>/cancel", consultations.cancel, name="cancel_consultation"),
    path("proposals", proposals.proposals, name="proposals"),
    path("proposals/new", proposals.new_proposal, name="new_proposal"),
    path("proposals/<uuid:pk>", proposals.proposal, name="proposal"),
    path("proposals/<uuid:pk>/versions", proposals.compare, name="compare"),
    path("proposals/<uuid:pk>/difference", full.difference, name="difference"),
    path("proposals/<uuid:pk>/files", proposal_acts.files, name="files"),
    path("proposals/<uuid:pk>/files/<int:number>", proposals.attachment, name="attachment"),
    path("proposals/<uuid:pk>/edit/<slug:section>", proposal_edit.edit, name="edit_proposal"),
    path("proposals/<uuid:pk>/attest", proposal_acts.attest, name="attest"),
    path("proposals/<uuid:pk>/co-authors", proposal_acts.co_authors, name="co_authors"),
    path("proposals/<uuid:pk>/send", proposal_acts.submit, name="submit_proposal"),
    path("proposals/<uuid:pk>/agreement", agreements.agreement, name="agreement"),
    path("proposals/<uuid:pk>/agreement/file", agreements.agreement_file, name="agreement_file"),
    path("proposals/<uuid:pk>/comments", comments.comments, name="comments"),
    path("proposals/<uuid:pk>/take-back", proposal_acts.take_back, name="take_back"),
    path("proposals/<uuid:pk>/withdraw", proposal_acts.withdraw, name="withdraw"),
    path("proposals/<uuid:pk>/badge.svg", preview.badge_picture, name="badge_picture"),
    path("proposals/<uuid:pk>/badge.json", preview.badge_json, name="badge_json"),
    path("sign/<uuid:pk>", signing.sign, name="sign"),
    path("programs/<slug:slug>", pilot.pilot, name="pilot"),
    path("programs/<slug:slug>/full-proposal", full.start, name="start_full"),
    path("programs/<slug:slug>/act", pilot.act, name="pilot_act"),
    path("programs/<slug:slug>/reviews/<int:year>", pilot_review.review, name="review"),
    path("programs/<slug:slug>/notice", pilot_notice.notice, name="notice"),
    path("marketing", marketing.requests, name="marketing_requests"),
    path("marketing/new/<slug:slug>", marketing.new, name="new_marketing"),
    path("marketing/<uuid:pk>", marketing.one, name="marketing"),
    path("marketing/<uuid:pk>/images/<str:sha256>", marketing.image, name="marketing_image"),
]

urlpatterns = [
    path("work", home.my_work, name="work"),
    path("work/", include([*_work, *lists_urls.urlpatterns])),
    path("sign/<str:token>", signing.partner, name="partner_sign"),
]
