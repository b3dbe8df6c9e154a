from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "bitterroot.proposals"
    label = "proposals"
