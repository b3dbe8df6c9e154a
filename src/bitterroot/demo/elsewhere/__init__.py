"""Demonstrations of the other institutions that ship: smaller, made by the same verbs."""
