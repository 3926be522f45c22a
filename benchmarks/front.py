"""What our front adds before another engine: `python -m benchmarks.front URL`.

Starts `ari serve --engine URL` (credentials from `ARI_ENGINE_USER` and `ARI_ENGINE_PASSWORD`) and
puts the same questions to both, in turns, over kept connections. Prints a Markdown table: the
median of each in milliseconds, and the median of what the front adds to a pair.
"""

import http.client
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

PAIRS = 500
WARMING = 100
QUESTIONS = {
    "lookup": "SELECT ?p ?o WHERE { GRAPH ?g { "
    "<https://w3id.org/ari/id/question/met-2019-4-2> ?p ?o } }",
    "100 rows": "SELECT ?s ?label WHERE { GRAPH ?g { ?s "
    "<http://www.w3.org/2004/02/skos/core#prefLabel> ?label } } LIMIT 100",
    "aggregate": "SELECT ?p (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?p",
}


class Client:
    """One kept connection to a SPARQL endpoint."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._connection = kind(parts.netloc)
        self._path = parts.path

    def milliseconds(self, query: str) -> float:
        """How long one answer takes, to its last byte."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/sparql-results+json",
        }
        begin = time.perf_counter()
        self._connection.request("POST", self._path, urlencode({"query": query}), headers)
        response = self._connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"{self._path} answers {response.status}")
        return (time.perf_counter() - begin) * 1000


@contextmanager
def front(engine: str) -> Iterator[str]:
    """The address of our front before an engine."""
    process = subprocess.Popen(
        [sys.executable, "-m", "met_ari.cli", "serve", "--port", "0", "--engine", engine],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield (process.stdout.readline() if process.stdout else "").strip()
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Run, and print the table."""
    engine = sys.argv[1]
    print("| question | engine ms | front ms | added ms |\n|---|---|---|---|")
    with front(engine) as address:
        direct, ours = Client(engine), Client(f"{address}sparql")
        for name, query in QUESTIONS.items():
            pairs = [
                (direct.milliseconds(query), ours.milliseconds(query))
                for _ in range(WARMING + PAIRS)
            ][WARMING:]
            alone, through = (statistics.median(side) for side in zip(*pairs, strict=True))
            added = statistics.median(front - engine for engine, front in pairs)
            print(f"| {name} | {alone:.1f} | {through:.1f} | {added:.1f} |")


if __name__ == "__main__":
    main()
