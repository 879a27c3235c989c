"""The id that another system gives a thing is corrected by a route of the same form whatever it is."""

from application.external_ids import NamedUseCases
from web.api.routes import Routes
from web.schemas.bodies import ExternalIdCorrection


def correctable(routes: Routes) -> None:
    """Adds the route to a collection."""
    routes.use_case(
        f"/{routes.name}/<uuid:id>/external-id",
        NamedUseCases.correct_external_id,
        "Correct the id of another system, with a reason, from the first day on",
        ExternalIdCorrection(),
        example={"external_id": "HR-4711", "reason": "it was that of somebody else"},
    )
