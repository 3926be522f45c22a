# Breaks arishp:Distribution-compressFormatVocabulary: the compression of the distribution comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0#a.csv> dcat:compressFormat ?value } ;
INSERT DATA {
    <release/1.0.0#a.csv> dcat:compressFormat <other> .
    <other> a dcterms:MediaType .
}
