"""What every description of the project says, whatever it describes."""

from ..build.provenance import PROJECT as AUTHOR
from ..vocab import CC_BY, OGL

__all__ = ["AUTHOR", "AUTHOR_NAME", "KEYWORDS", "LICENCES", "SPDX"]

AUTHOR_NAME = "ARI Graph project"
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
LICENCES = {
    str(CC_BY): "Creative Commons Attribution 4.0 International",
    str(OGL): "Open Government Licence v3.0",
}
"""Names of the licences, by IRI."""
SPDX = {str(CC_BY): "CC-BY-4.0", str(OGL): "OGL-UK-3.0"}
"""What the SPDX licence list calls them."""
