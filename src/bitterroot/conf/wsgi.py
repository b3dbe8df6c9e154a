"""The WSGI application: Django behind a door that answers public credentials by itself."""

import os

from django.core.wsgi import get_wsgi_application

from bitterroot.conf.home import keep_private

keep_private()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bitterroot.conf.settings")
django_application = get_wsgi_application()

from bitterroot.web.door import Door  # noqa: E402  (needs the settings)

application = Door(django_application)
