# Breaks arishp:DatasetSeries-applicableLegislation: nothing says what the legislation of the dataset series is.
BASE <https://w3id.org/ari/id/>
PREFIX dcatap: <http://data.europa.eu/r5r/>
INSERT DATA { <dataset/ari-graph> dcatap:applicableLegislation <other> }
