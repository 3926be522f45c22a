# Breaks arishp:Catalog-issued: the release date of the catalogue is given twice.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
INSERT DATA { <../catalogue> dcterms:issued "2027-01-01"^^xsd:date , "2027-01-02"^^xsd:date }
