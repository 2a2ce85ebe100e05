"""Sessions that stay alive with use, and that requests at the same time do not undo for each other."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError


class SessionStore(db.SessionStore):
    """A session in the database; a request that changed nothing moves its end, and writes nothing else.

    Every request prolongs a session (SESSION_SAVE_EVERY_REQUEST). Written back whole, a page that is
    answered while another is being saved would bring back what the session held before.
    """

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Write the session, or only its new end. Raises UpdateError when it was ended meanwhile."""
        if must_create or self.modified or self.session_key is None:
            super().save(must_create)
            return
        mine = self.get_model_class().objects.filter(session_key=self.session_key)
        if not mine.update(expire_date=self.get_expiry_date()):
            raise UpdateError
