# Breaks arishp:Dataset-relation: the related thing of the dataset is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <release/1.0.0> dcterms:relation "another"@en }
