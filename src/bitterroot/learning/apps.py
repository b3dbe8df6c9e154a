from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "bitterroot.learning"
    label = "learning"
