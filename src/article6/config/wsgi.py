"""The WSGI application, for granian or any other server.

It starts no PostgreSQL: the program that serves it does, or DATABASE_URL names a server that runs.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "article6.config.settings")

application = get_wsgi_application()
