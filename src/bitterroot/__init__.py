"""Bitterroot: a university's micro-credentials in one record, from proposal to verifiable badge."""
