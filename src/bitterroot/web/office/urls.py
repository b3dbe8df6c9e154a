"""Addresses of the program office's screens."""

from django.urls import URLPattern

app_name = "office"
urlpatterns: list[URLPattern] = []
