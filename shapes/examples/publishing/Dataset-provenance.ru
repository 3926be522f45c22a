# Breaks arishp:Dataset-provenance: nothing says what the provenance of the dataset is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <release/1.0.0> dcterms:provenance <other> }
