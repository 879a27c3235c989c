"""Keys of the tests, under which secrets are kept."""

from base64 import b64encode

from web.keys import keys_of

KEY, OTHER_KEY = (b64encode(bytes(range(first, first + 32))).decode() for first in (0, 100))
KEYS, OTHER_KEYS = keys_of(KEY), keys_of(OTHER_KEY)
