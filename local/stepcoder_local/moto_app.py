"""moto as one WSGI application, set up for a service that runs for days. Nothing of ours is served here."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable

from .http_server import Environ, StartResponse, WsgiApp

LARGEST_BODY = 32 << 20  # of requests moto reads into memory; objects are not among them


def moto_app() -> WsgiApp:
    """All of moto's services, the Step Functions interpreter on. Changes moto for this whole process."""
    _leave_batch_out()
    from moto.core.common_models import BaseModel
    from moto.core.config import default_user_config
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    # moto appends each instance to a list that only its reset() reads: a service that runs for days would only grow.
    BaseModel.__new__ = staticmethod(lambda cls, *args, **kwargs: object.__new__(cls))  # type: ignore[method-assign]
    app = DomainDispatcherApplication(create_backend_app)

    def bounded(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if int(environ.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            start_response("413 Payload Too Large", [("Content-Type", "text/plain")])
            return [b"The request is too large.\n"]
        result: Iterable[bytes] = app(environ, start_response)
        return result

    from . import transactions, workflows

    transactions.install()
    workflows.install()
    return transactions.OneAtATime(bounded)


def forget_everything() -> None:
    """Empty all services, for the next cloud of this process, and give moto back what was changed in it."""
    from . import transactions, workflows

    transactions.uninstall()
    workflows.uninstall()
    from moto.moto_api._internal.models import moto_api_backend

    moto_api_backend.reset()


def _leave_batch_out() -> None:
    """Step Functions imports one enumeration of AWS Batch, whose package drags in EC2 and 100 MB of its tables.

    An empty package in its place lets that one module be imported without the rest.
    """
    import moto

    package = types.ModuleType("moto.batch")
    package.__path__ = [f"{directory}/batch" for directory in moto.__path__]
    sys.modules.setdefault("moto.batch", package)
