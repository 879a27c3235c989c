"""Bodies of the commands on people."""

from domain.checks import NAME_LENGTH
from domain.person import EMAIL_LENGTH
from web.schemas.bodies import Body, Creation
from web.schemas.fields import identity, line


class PersonDefinition(Creation):
    name = line(NAME_LENGTH, required=True)
    email = line(EMAIL_LENGTH, load_default=None, allow_none=True)
    job_title = line(NAME_LENGTH, load_default=None, allow_none=True)
    unit_id = identity(required=True)
    manager_id = identity(load_default=None, allow_none=True)


class PersonTransfer(Body):
    """`manager_id` null: nobody; it has to be said, so that nobody loses a manager by omission."""

    unit_id = identity(required=True)
    manager_id = identity(required=True, allow_none=True)


class PersonRenaming(Body):
    name = line(NAME_LENGTH, required=True)
