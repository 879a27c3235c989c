"""A rebuild of every read model in a process of its own, in small chunks."""

import sys

import web.wiring  # noqa: F401 - makes the event classes known, as in every process of the service
from application.store import decode
from projections import rebuild
from projections.read_models import READ_MODELS

if __name__ == "__main__":
    rebuild.CHUNK = 100
    rebuild.rebuild(sys.argv[1], [model.name for model in READ_MODELS], decode)
