# Breaks arishp:Catalog-themeTaxonomy: nothing says what the themes of the catalogue is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <../catalogue> dcat:themeTaxonomy <other> }
