# Breaks arishp:Dataset-applicableLegislation: nothing says what the legislation of the dataset is.
BASE <https://w3id.org/ari/id/>
PREFIX dcatap: <http://data.europa.eu/r5r/>
INSERT DATA { <release/1.0.0> dcatap:applicableLegislation <other> }
