from bitterroot.people.models.person import Account, Address, Person
from bitterroot.people.models.unit import RoleAssignment, Unit

__all__ = ["Account", "Address", "Person", "RoleAssignment", "Unit"]
