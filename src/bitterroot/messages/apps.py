from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "bitterroot.messages"
    label = "mail"
