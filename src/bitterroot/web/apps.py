from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "bitterroot.web"
    label = "web"
