"""Record the answers of the library anew: `python -m tests.answers [NAME…]`.

Only after reading, in the difference, that each changed answer is right by the sources.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from met_ari.build.pipeline import build
from met_ari.build.sources import Sources
from met_ari.queryfile import library, load

from . import FOLDER, ask, dataset, recorded


def main(names: list[str]) -> None:
    """Build from the sources, ask, write; says which promised `rows` no longer hold."""
    queries = [load(name) for name in names] or list(library().values())
    with TemporaryDirectory() as home:
        store = dataset(build(Sources.of_package(), Path(home)).folder / "dataset.nq")
    for query in queries:
        answer = ask(store, query.text)
        for file in recorded(query):
            file.unlink()
        (FOLDER / f"{query.name}.{answer.suffix}").write_text(answer.text, encoding="utf-8")
        if answer.rows != query.rows:
            print(f"{query.name}: {answer.rows} rows, the header says {query.rows}")


if __name__ == "__main__":
    main(sys.argv[1:])
