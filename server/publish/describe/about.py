"""What every description of the project says, whatever it describes."""

from ...build.provenance import PROJECT as AUTHOR
from ...vocab import CC_BY, OGL

__all__ = ["AUTHOR", "AUTHOR_NAME", "EUROPEAN", "KEYWORDS", "SPDX"]

AUTHOR_NAME = "ARI Graph project"
EUROPEAN = "http://publications.europa.eu/resource/authority/"
"""What the IRIs of the European Union's vocabularies begin with, which DCAT-AP wants used."""
KEYWORDS = (
    "areas of research interest",
    "Home Office",
    "knowledge graph",
    "linked data",
    "Metropolitan Police Service",
    "policing research",
    "research priorities",
    "SPARQL",
)
SPDX = {str(CC_BY): "CC-BY-4.0", str(OGL): "OGL-UK-3.0"}
"""What the SPDX licence list calls them."""
