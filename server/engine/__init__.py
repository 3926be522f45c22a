"""One interface to SPARQL engines; the embedded one runs every query in a killable worker."""
