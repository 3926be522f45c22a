# Breaks arishp:Distribution-checksum: the checksum of the distribution is a text.
BASE <https://w3id.org/ari/id/>
PREFIX spdx: <http://spdx.org/rdf/terms#>
DELETE WHERE { <release/1.0.0#a.csv> spdx:checksum ?value } ;
INSERT DATA { <release/1.0.0#a.csv> spdx:checksum "another"@en }
