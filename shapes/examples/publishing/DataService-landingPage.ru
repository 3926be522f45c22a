# Breaks arishp:DataService-landingPage: nothing says what the landing page of the data service is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <../sparql#service> dcat:landingPage <other> }
