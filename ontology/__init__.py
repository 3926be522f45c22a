"""The ontology of Areas of Research Interest: terms, alignments and JSON-LD context."""
