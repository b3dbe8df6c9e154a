from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "bitterroot.figures"
    label = "figures"
