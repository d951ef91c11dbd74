"""Makes moto's Step Functions fit for many executions at once. How they run is moto's.

moto parses the whole definition for each execution, an eighth of a second for ours, and makes a new AWS client for each
call of a function, in a way that two threads can't do at once without one of them failing now and then.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

from moto.settings import moto_server_port
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.parse import asl_parser
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

_DEFINITIONS = 8

# Any: what is replaced, and what is used of the parser, are names that moto keeps to itself.
_worker: Any = ExecutionWorker
_calls: Any = lambda_eval_utils
_parsing: Any = asl_parser
_moto_entrypoint = _worker._get_evaluation_entrypoint
_moto_client = _calls.boto_client_for
_lock = threading.Lock()


def install() -> None:
    """From now on executions of this process share what is the same for all of them."""
    _worker._get_evaluation_entrypoint = _entrypoint
    _calls.boto_client_for = _client


def uninstall() -> None:
    """Give moto its own ways back, and forget what was shared."""
    _worker._get_evaluation_entrypoint = _moto_entrypoint
    _calls.boto_client_for = _moto_client
    _tree.cache_clear()
    _kept_client.cache_clear()


def _entrypoint(worker: ExecutionWorker) -> Any:
    """What an execution runs: components of its own, from a tree that is only read."""
    definition = worker._evaluation_details.state_machine_details.definition
    with _lock:
        tree = _tree(definition)
    return _parsing.Preprocessor().visit(tree)


@lru_cache(_DEFINITIONS)
def _tree(definition: str) -> Any:
    """The definition's syntax. That it has no errors was found when the state machine was created."""
    tokens = _parsing.CommonTokenStream(_parsing.ASLLexer(_parsing.InputStream(definition)))
    return _parsing.ASLParser(tokens).state_machine()


def _client(region: str, service: str, state_credentials: Any = None) -> Any:
    with _lock:
        return _kept_client(region, service, moto_server_port())


@lru_cache
def _kept_client(region: str, service: str, port: str) -> Any:
    return _moto_client(region, service)
