# Breaks arishp:Checksum-checksumValue: the checksum has no value.
BASE <https://w3id.org/ari/id/>
PREFIX spdx: <http://spdx.org/rdf/terms#>
DELETE WHERE { <release/1.0.0#a.csv.sha256> spdx:checksumValue ?value }
