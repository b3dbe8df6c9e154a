from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "bitterroot.governance"
    label = "governance"

    def ready(self) -> None:
        from bitterroot.governance.domain import steps
        from bitterroot.governance.domain.body_following import run_ended

        if run_ended not in steps.followers:
            steps.followers.append(run_ended)
