"""Template tags and filters that every screen has at hand."""

from django import template

register = template.Library()
