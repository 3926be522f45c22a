# Breaks arishp:PeriodOfTime-startDate: the first day of the period is given twice.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
INSERT DATA { <period/1> dcat:startDate "2027-01-01"^^xsd:date , "2027-01-02"^^xsd:date }
