"""Rollcall: an employee-operations assistant that keeps the record. This package is the domain."""

from rollcall.app import Rollcall
from rollcall.errors import RollcallError
from rollcall.principal import SYSTEM, Principal, Role
from rollcall.settings import Settings

__all__ = ["SYSTEM", "Principal", "Role", "Rollcall", "RollcallError", "Settings"]
__version__ = "0.1.0"
