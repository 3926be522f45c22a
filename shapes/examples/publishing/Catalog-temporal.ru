# Breaks arishp:Catalog-temporal: nothing says what the period of the catalogue is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <../catalogue> dcterms:temporal <other> }
