# Breaks arishp:Catalog-catalog: nothing says what the listed catalogue of the catalogue is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <../catalogue> dcat:catalog <other> }
