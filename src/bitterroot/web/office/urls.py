"""Addresses of the program office's screens: `/office` and what lies below it."""

from django.urls import path

from bitterroot.web.office import (
    board,
    calendar,
    consultations,
    earlier,
    figures,
    mail,
    pages,
    people,
    pilots,
    policy,
    proposals,
)

app_name = "office"
urlpatterns = [
    path("office", board.board, name="board"),
    path("figures", figures.figures, name="figures"),
    path("figures/report.<str:kind>", figures.report_file, name="report"),
    path("office/calendar", calendar.calendar, name="calendar"),
    path("office/pilots", pilots.pilots, name="pilots"),
    path("office/programs", board.programs, name="programs"),
    path("office/programs/earlier", earlier.earlier, name="earlier"),
    path("office/mail", mail.mail, name="mail"),
    path("office/mail/<int:pk>/again", mail.send_again, name="send_again"),
    path("office/mail/events/<int:pk>/again", mail.write_again, name="write_again"),
    path("office/people", people.people, name="people"),
    path("office/people/add", people.add, name="add_person"),
    path("office/people/<uuid:pk>", people.person, name="person"),
    path("office/pages", pages.pages, name="pages"),
    path("office/pages/<slug:key>", pages.edit, name="edit_page"),
    path("office/policy", policy.policy, name="policy"),
    path("office/policy/compare", policy.compare, name="policy_compare"),
    path("office/policy/processes/<slug:key>", policy.process, name="process"),
    path("office/consultations/<uuid:pk>", consultations.consultation, name="consultation"),
    path("office/proposals/<uuid:pk>", proposals.proposal, name="proposal"),
]
