from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "bitterroot.jobs"
    label = "jobs"
