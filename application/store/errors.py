"""The store raises these errors beside the refusals that use cases decide on."""

from eventsourcing.persistence import IntegrityError

from domain.refusals import TooBusy


class MovedOn(IntegrityError):
    """Something that the decision rests on has changed meanwhile; nothing was recorded. Load again and decide
    again.
    """


class StoreUnavailable(TooBusy):
    """The database could not be asked.

    Whether the command was recorded may be unknown; repeated under the same id it is recorded once at most.
    """
