from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "bitterroot.search"
    label = "search"
