from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "bitterroot.programs"
    label = "programs"
