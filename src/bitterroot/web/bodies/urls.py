"""Addresses of bodies, their meetings, and what lies before them."""

from django.urls import path

from bitterroot.web.bodies import bodies, matter_acts, matters, meetings, packets, reviews

app_name = "bodies"

urlpatterns = [
    path("bodies", bodies.bodies, name="bodies"),
    path("bodies/<slug:key>", bodies.show_body, name="body"),
    path("bodies/<slug:key>/calendar.ics", bodies.calendar, name="calendar"),
    path("bodies/<slug:key>/meetings", bodies.plan, name="plan"),
    path("bodies/<slug:key>/seats", bodies.seat, name="seat"),
    path("bodies/<slug:key>/seats/<uuid:pk>/end", bodies.end, name="end_seat"),
    path("bodies/<slug:key>/seats/<uuid:pk>/lend", bodies.lend, name="lend_seat"),
    path("meetings/<uuid:pk>", meetings.show_meeting, name="meeting"),
    path("meetings/<uuid:pk>/minutes", meetings.minutes, name="minutes"),
    path("meetings/<uuid:pk>/packet", packets.packet, name="packet"),
    path("meetings/<uuid:pk>/packet.pdf", packets.packet_pdf, name="packet_pdf"),
    path("meetings/<uuid:pk>/acts/<slug:act>", meetings.act, name="act"),
    path("meetings/<uuid:pk>/items/<uuid:item>/<slug:act>", meetings.item_act, name="item_act"),
    path("matters/<uuid:pk>", matters.show_matter, name="matter"),
    path("matters/<uuid:pk>/review", reviews.review, name="review"),
    path("matters/<uuid:pk>/motions", matter_acts.move, name="move"),
    path("matters/<uuid:pk>/acts/<slug:act>", matter_acts.act, name="matter_act"),
    path("matters/<uuid:pk>/files/<slug:sha256>", matters.file, name="file"),
    path("ballots/<uuid:pk>", matter_acts.ballot, name="ballot"),
]
