from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "bitterroot.governance"
    label = "governance"
