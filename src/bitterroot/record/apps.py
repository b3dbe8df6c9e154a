from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "bitterroot.record"
    label = "record"
