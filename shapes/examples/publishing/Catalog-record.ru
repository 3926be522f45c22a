# Breaks arishp:Catalog-record: nothing says what the record of the catalogue is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <../catalogue> dcat:record <other> }
