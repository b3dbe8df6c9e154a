from governance.bodies_kit import _now, house  # noqa: F401
from governance.engine_kit import walkers  # noqa: F401
