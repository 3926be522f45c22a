# Breaks arishp:Catalog-service: nothing says what the service of the catalogue is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <../catalogue> dcat:service <other> }
