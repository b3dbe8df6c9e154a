from django.apps import AppConfig


class ConfConfig(AppConfig):
    """Loaded last: hands lower rooms the functions of upper ones (`wiring.py`)."""

    name = "bitterroot.conf"
    label = "conf"

    def ready(self) -> None:
        from bitterroot.conf import wiring

        wiring.connect()
