from bitterroot.people.models.absence import Absence
from bitterroot.people.models.person import Account, Address, Person, SignInPlace
from bitterroot.people.models.unit import RoleAssignment, Unit

__all__ = ["Absence", "Account", "Address", "Person", "RoleAssignment", "SignInPlace", "Unit"]
