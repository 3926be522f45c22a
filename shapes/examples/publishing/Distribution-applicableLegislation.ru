# Breaks arishp:Distribution-applicableLegislation: nothing says what the legislation of the distribution is.
BASE <https://w3id.org/ari/id/>
PREFIX dcatap: <http://data.europa.eu/r5r/>
INSERT DATA { <release/1.0.0#a.csv> dcatap:applicableLegislation <other> }
