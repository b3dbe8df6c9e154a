from governance.bodies_kit import _now, house  # noqa: F401
