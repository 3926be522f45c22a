# Breaks arishp:Catalog-hasPart: nothing says what the part of the catalogue is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <../catalogue> dcterms:hasPart <other> }
