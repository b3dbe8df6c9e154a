from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "bitterroot.files"
    label = "files"
