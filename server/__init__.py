"""The open knowledge graph of Areas of Research Interest: build it, check it, ask it."""

from importlib.metadata import version

__version__: str = version("met-ari")
