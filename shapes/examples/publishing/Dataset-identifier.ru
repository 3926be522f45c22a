# Breaks arishp:Dataset-identifier: the identifier of the dataset is no text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:identifier ?value } ;
INSERT DATA { <release/1.0.0> dcterms:identifier <other> }
