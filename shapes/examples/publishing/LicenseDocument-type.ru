# Breaks arishp:LicenseDocument-type: nothing says what the type of the licence is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <https://creativecommons.org/licenses/by/4.0/> dcterms:type <other> }
