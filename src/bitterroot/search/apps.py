from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "bitterroot.search"
    label = "search"

    def ready(self) -> None:
        from bitterroot.search import alike  # noqa: F401 - registers the lookup
