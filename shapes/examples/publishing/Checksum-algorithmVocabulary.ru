# Breaks arishp:Checksum-algorithmVocabulary: the algorithm of the checksum comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
INSERT DATA {
    <checksum/1> a spdx:Checksum ; spdx:algorithm <other> ; spdx:checksumValue "00"^^xsd:hexBinary .
    <other> a spdx:ChecksumAlgorithm .
}
