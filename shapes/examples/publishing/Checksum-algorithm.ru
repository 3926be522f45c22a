# Breaks arishp:Checksum-algorithm: the checksum has no algorithm.
BASE <https://w3id.org/ari/id/>
PREFIX spdx: <http://spdx.org/rdf/terms#>
DELETE WHERE { <release/1.0.0#a.csv.sha256> spdx:algorithm ?value }
