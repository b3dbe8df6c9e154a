from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "bitterroot.people"
    label = "people"
