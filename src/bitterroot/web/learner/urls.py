"""What a learner does with a badge; no account is needed."""

from django.urls import path

from bitterroot.web.learner import (
    addresses,
    badges,
    calendar,
    claim,
    mails,
    parts,
    privacy,
    readers,
    wallet,
)

app_name = "learner"
urlpatterns = [
    path("claim/<str:token>", claim.claim, name="claim"),
    path("my/badges", badges.badges, name="badges"),
    path("my/badges/<str:public_id>", badges.badge, name="badge"),
    path("my/badges/<str:public_id>/wallet", wallet.wallet, name="wallet"),
    path("my/badges/<str:public_id>/parts", parts.parts, name="parts"),
    path("my/readers", readers.readers, name="readers"),
    path("oauth/authorize", readers.authorize, name="authorize"),
    path("my/addresses", addresses.addresses, name="addresses"),
    path("my/addresses/confirm", addresses.confirm, name="confirm_address"),
    path("my/privacy", privacy.privacy, name="privacy"),
    path("my/record", privacy.record, name="record"),
    path("my/mails", mails.mails, name="mails"),
    path("my/notices", mails.notices, name="notices"),
    path("my/calendar", calendar.calendar, name="calendar"),
    path("calendar/<str:token>.ics", calendar.feed, name="feed"),
    path("calendar/<str:token>/<slug:body>.ics", calendar.feed, name="body_feed"),
    path("my/leave", badges.leave, name="leave"),
]
