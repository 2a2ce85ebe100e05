"""The WSGI application that gunicorn serves."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pacer.settings")
application = get_wsgi_application()

# What every request shares is loaded now, before anybody waits for it: scipy alone takes a second. It is
# never searched for garbage again: such a search took up to half the time of a page of figures.
for name in ("pacer.urls", "scipy.stats"):
    import_module(name)
gc.collect()
gc.freeze()
