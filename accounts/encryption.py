"""Keeps the secrets of second factors unreadable in the database and its copies.

The key comes from SECRET_KEY; when that changes, put the old one into SECRET_KEY_FALLBACKS.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Raises ``cryptography.fernet.InvalidToken`` when none of the keys encrypted it."""
    return _box().decrypt(encrypted.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([_lock(key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def _lock(key: str) -> Fernet:
    # An earlier name of this module, which stays: what is stored was encrypted with it.
    digest = hashlib.sha256(b"accounts.sealing:" + key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
