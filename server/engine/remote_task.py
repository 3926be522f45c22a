"""One request of a client of ours to another engine, and what a worker does about it."""

import socket
import time
from typing import Any

from pyoxigraph import RdfFormat, serialize

from ..errors import EngineFault, InputError, UnknownName
from ..formats import Kind
from . import bodies, lexer, remote_dataset, remote_gate, remote_http
from .outcome import must_accept
from .output import Output
from .remote_answer import ACCEPT, RemoteAnswer
from .remote_connection import Access
from .remote_dataset import Dataset, Pairs

PER_BYTE = 4
"""How much longer than our answer the engine's may be: JSON repeats every name in each row."""
WHOLE_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_WORDS_OF_A_WRITE = 1 << 18

WRITES = ("update", "store")
"""Operations that change the engine's data, each by one request to it."""

Request = dict[str, Any]


class Task:
    """A request, to be done once.

    Args:
        connection: to the client, for the body of an answer.
        documents: that came with the request.
    """

    def __init__(
        self,
        connection: socket.socket,
        access: Access,
        request: Request,
        documents: list[bytes],
    ) -> None:
        self._access = access
        self._request = request
        self._documents = documents
        self._output = Output(connection, request.get("rows", 0), request.get("bytes", 0))
        known = request.get("dataset")
        self._dataset = Dataset(**known) if known else None

    def act(self) -> dict[str, Any]:
        """Do it; gives the record that tells what came of it."""
        acts = {
            "look": self._look,
            "ask": self._ask,
            "graph": self._graph,
            "update": self._update,
            "store": self._store,
        }
        return acts[self._request["op"]]()

    def _holds(self) -> Dataset:
        """What the client knows of the engine."""
        if self._dataset is None:
            raise EngineFault("It is not known what the engine behind this service holds.")
        return self._dataset

    # Reading

    def _look(self) -> dict[str, Any]:
        rows, known = self._request["rows"], self._request.get("known")
        return {"dataset": remote_dataset.look(self._access, rows, known).as_record()}

    def _ask(self) -> dict[str, Any]:
        """Gate, send, read, serialise."""
        request = self._request
        query = remote_gate.admit(request["text"], request["base"])
        kind, plan = query.plan.kind, query.plan
        if kind is None:
            raise InputError("The form of this query can't be told.")
        must_accept(request["formats"], kind)
        order = lexer.variables(plan.text) if plan.all_variables else None
        default, named = plan.default_graphs, plan.named_graphs
        if request["default"] or request["named"]:
            default, named = tuple(request["default"]), tuple(request["named"])
        form = request["formats"][kind]
        rows = self._answer(query.text, self._pairs(default, named), kind, form, order)
        return {"kind": kind, "format": form, "rows": rows, "volatile": plan.volatile}

    def _pairs(self, default: tuple[str, ...] | None, named: tuple[str, ...] | None) -> Pairs:
        """The dataset of the protocol, else of the query, else the default."""
        if default is None and named is None:
            return self._holds().default(self._request["default_graph"])
        return self._holds().choose(default, named)

    def _graph(self) -> dict[str, Any]:
        """One whole graph."""
        name, form = self._request["graph"], self._request["format"]
        if name is None:
            pairs = self._holds().default("strict")
        elif name in self._holds().graphs:
            pairs = self._holds().choose([name], None)
        else:
            raise UnknownName(f"There is no graph <{name}> here.")
        rows = self._answer(WHOLE_GRAPH, pairs, "graph", form, None)
        return {"kind": "graph", "format": form, "rows": rows, "volatile": False}

    def _answer(
        self, text: str, pairs: Pairs, kind: Kind, form: str, order: list[str] | None
    ) -> int:
        """Ask the engine, and write what it answers; gives the number of rows."""
        holds, started = self._holds(), time.monotonic()
        parameters = [*pairs, *holds.ways.timeout(self._request["seconds"]).items()]
        most = self._request["bytes"] * PER_BYTE
        reply = remote_http.ask(self._access, text, parameters, ACCEPT[kind], most)
        return RemoteAnswer(reply, kind, holds.cut, started).write(self._output, form, order)

    # Writing

    def _update(self) -> dict[str, Any]:
        request = self._request
        text, using = remote_gate.admit_update(
            request["text"], request["base"], request["using"], request["using_named"]
        )
        self._holds().choose(None, sorted(using))
        access = remote_dataset.addressed(self._access, self._holds().ways)
        remote_http.update(access, text, _WORDS_OF_A_WRITE)
        return {"done": True}

    def _store(self) -> dict[str, Any]:
        """Put, post or delete a graph; a document goes on as N-Triples of our own making."""
        request = self._request
        document = b""
        if request["kind"] != "delete":
            triples = [
                quad.triple
                for body, form in zip(self._documents, request["documents"], strict=True)
                for quad in bodies.read(body, form, request["base"])
            ]
            document = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
        access = remote_dataset.addressed(self._access, self._holds().ways)
        remote_http.store(access, request["kind"].upper(), request["graph"], document)
        return {"done": True}
