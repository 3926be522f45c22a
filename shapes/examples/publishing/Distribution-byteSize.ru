# Breaks arishp:Distribution-byteSize: the size of the distribution is given twice.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
INSERT DATA { <release/1.0.0#a.csv> dcat:byteSize "7"^^xsd:nonNegativeInteger }
