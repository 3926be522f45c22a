# Breaks arishp:DatasetSeries-contactPoint: nothing says what the contact point of the dataset series is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <dataset/ari-graph> dcat:contactPoint <other> }
