# Breaks arishp:File-algorithm: the checksum is of another kind.
BASE <https://w3id.org/ari/id/>
PREFIX spdx: <http://spdx.org/rdf/terms#>
DELETE WHERE { <release/1.0.0#a.csv.sha256> spdx:algorithm ?value } ;
INSERT DATA {
    <release/1.0.0#a.csv.sha256> spdx:algorithm spdx:checksumAlgorithm_md5 .
    spdx:checksumAlgorithm_md5 a spdx:ChecksumAlgorithm .
}
