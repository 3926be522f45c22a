# Breaks arishp:Distribution-modified: the modification date of the distribution is given twice.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
INSERT DATA { <release/1.0.0#a.csv> dcterms:modified "2027-01-01"^^xsd:date , "2027-01-02"^^xsd:date }
