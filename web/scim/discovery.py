"""The service describes itself: its resources, their attributes, and what it does."""

from flask import Response, request
from scim2_models import Meta

from domain.refusals import Forbidden, NotFound
from web.exports.lists import NOT_THERE
from web.scim.resources import CONFIG, PROVIDER
from web.scim.speaking import answer, listed, location, shown, spoken

CONFIGURATION = "ServiceProviderConfig"


@spoken
def describe(kind: str, id: str | None = None) -> Response:
    if "filter" in request.args:
        raise Forbidden("what the service says of itself is not filtered")
    if kind == CONFIGURATION:
        if id is not None:
            raise NotFound(NOT_THERE)
        meta = Meta(resource_type=CONFIGURATION, location=location(CONFIGURATION))
        return answer(CONFIG.model_copy(update={"meta": meta}).model_dump(**shown()))
    resources = PROVIDER.schemas if kind == "Schemas" else PROVIDER.resource_types
    found = [
        each.model_copy(
            update={"meta": Meta(resource_type=kind.removesuffix("s"), location=location(kind, each.id))}
        )
        for each in resources
        if id is None or str(each.id).lower() == id.lower()
    ]
    if id is None:
        return answer(listed(found, len(found), 1))
    if not found:
        raise NotFound(NOT_THERE)
    return answer(found[0].model_dump(**shown()))
