# Breaks arishp:DataService-theme: nothing says what the theme of the data service is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <../sparql#service> dcat:theme <http://publications.europa.eu/resource/authority/data-theme/TECH> }
