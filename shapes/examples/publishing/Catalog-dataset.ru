# Breaks arishp:Catalog-dataset: nothing says what the dataset of the catalogue is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <../catalogue> dcat:dataset <other> }
