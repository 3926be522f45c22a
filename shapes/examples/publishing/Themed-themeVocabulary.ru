# Breaks arishp:Themed-themeVocabulary: no theme of the dataset comes from the vocabulary.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE DATA { <release/1.0.0> dcat:theme <http://publications.europa.eu/resource/authority/data-theme/JUST> }
