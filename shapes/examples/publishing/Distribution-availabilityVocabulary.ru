# Breaks arishp:Distribution-availabilityVocabulary: the planned availability of the distribution comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX dcatap: <http://data.europa.eu/r5r/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
DELETE WHERE { <release/1.0.0#a.csv> dcatap:availability ?value } ;
INSERT DATA {
    <release/1.0.0#a.csv> dcatap:availability <other> .
    <other> a skos:Concept ; skos:prefLabel "Other"@en .
}
