# Breaks arishp:Catalog-spatial: nothing says what the place of the catalogue is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <../catalogue> dcterms:spatial <other> }
