# Breaks arishp:Distribution-statusVocabulary: the status of the distribution comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
DELETE WHERE { <release/1.0.0#a.csv> adms:status ?value } ;
INSERT DATA {
    <release/1.0.0#a.csv> adms:status <other> .
    <other> a skos:Concept ; skos:prefLabel "Other"@en .
}
