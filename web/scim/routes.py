"""The paths below /scim/v2. What answers them is imported with the first request: it takes a second, and most
processes are never asked.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from flask import Blueprint, Flask, Response

from web.scim.refusals import BASE, in_scim, unsupported

COLLECTION: tuple[tuple[str, str], ...] = (("GET", "list_accounts"), ("POST", "provision"))
ONE: tuple[tuple[str, str], ...] = (
    ("GET", "read_account"),
    ("PUT", "replace_account"),
    ("PATCH", "change_account"),
    ("DELETE", "delete_account"),
)
DISCOVERY = "<any(ServiceProviderConfig, ResourceTypes, Schemas):kind>"
NOT_DONE = ("/.search", "/Users/.search", "/Groups/.search", "/Bulk", "/Me")


def register(app: Flask) -> None:
    """Adds the paths to the app, and makes its problems there errors of SCIM."""
    app.after_request(in_scim)
    for name, path in (("users", "/Users"), ("groups", "/Groups")):
        routes = Blueprint(f"scim_{name}", __name__)
        for rule, methods in ((path, COLLECTION), (f"{path}/<uuid:id>", ONE)):
            for method, function in methods:
                routes.add_url_rule(rule, function, _late(name, function), methods=[method])
        app.register_blueprint(routes, url_prefix=BASE)
    others = Blueprint("scim", __name__)
    for rule in (f"/{DISCOVERY}", f"/{DISCOVERY}/<path:id>"):
        others.add_url_rule(rule, "describe", _describe)
    for rule in NOT_DONE:
        others.add_url_rule(rule, "unsupported", _unsupported, methods=["GET", "POST"])
    app.register_blueprint(others, url_prefix=BASE)


def _late(module: str, function: str) -> Callable[..., Response]:
    def view(**ids: Any) -> Response:
        answer: Response = getattr(import_module(f"web.scim.{module}"), function)(**ids)
        return answer

    vars(view)["personal"] = module == "users"
    return view


_describe = _late("discovery", "describe")


def _unsupported() -> Response:
    return unsupported("this is not supported: ask with GET, and change one resource at a time")


vars(_unsupported)["personal"] = False
