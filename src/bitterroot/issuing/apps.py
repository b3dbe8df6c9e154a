from django.apps import AppConfig


class IssuingConfig(AppConfig):
    name = "bitterroot.issuing"
    label = "issuing"
