"""Policies are commanded and answered in these shapes."""

from typing import Any

from marshmallow import fields

from domain.checks import NAME_LENGTH
from domain.rules import CHOICES, SCALES
from web.schemas.answers import (
    Shown,
    day,
    decimal,
    each,
    identity,
    identity_or_null,
    of_type,
    one_of,
    text,
    whole,
)  # fmt: skip
from web.schemas.bodies import CreationSchema
from web.schemas.fields import Shape, choice, exact, line
from web.schemas.fields import identity as an_id

_GIVEN: dict[str, Any] = {
    scale: fields.Nested(
        Shape.from_dict({word: exact(required=True) for word in words[:-1]}, name=f"GivenOf{scale}")(),
        load_default=None,
        metadata={"description": f"The lowest value of each word, from {lowest} to {highest}, falling."},
    )
    for scale, (words, lowest, highest) in SCALES.items()
} | {name: choice(*words, load_default=None) for name, words in CHOICES.items()}


class PolicyAdoption(CreationSchema.from_dict(_GIVEN, name="Rules")):  # type: ignore[misc]
    """The rules that are left out stay as in the version that it follows: left out, the one in force."""

    class Meta(CreationSchema.Meta):
        exclude = ("external_id",)

    name = line(NAME_LENGTH, required=True)
    follows_id = an_id(load_default=None)


class RuleChange(Shown):
    """`field` is such as `live` or `zones.target`."""

    field = text()
    before = text()
    after = text()


_TOLD: dict[str, Any] = {
    scale: fields.Nested(
        Shown.from_dict({word: decimal() for word in words[:-1]}, name=f"ThresholdsOf{scale}")(),
        required=True,
    )
    for scale, (words, _, _) in SCALES.items()
} | {name: one_of(*words) for name, words in CHOICES.items()}


class PolicyShown(Shown.from_dict(_TOLD, name="RulesShown")):  # type: ignore[misc]
    """`in_force` tells whether it is on the day asked about; `changes` how it differs from the one that it
    follows, or None follows for the first.
    """

    id = identity()
    name = text()
    in_force_from = day()
    in_force = of_type("boolean")
    follows_id = identity_or_null()
    changes = each(RuleChange())
    version = whole()
    position = whole()
