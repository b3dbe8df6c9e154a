"""Figures for those who answer for the whole: read-only counts over the rooms below."""
