# Breaks arishp:PeriodOfTime-hasBeginning: nothing says what the beginning of the period is.
BASE <https://w3id.org/ari/id/>
PREFIX time: <http://www.w3.org/2006/time#>
DELETE WHERE { <period/1> time:hasBeginning ?value } ;
INSERT DATA { <period/1> time:hasBeginning <other> }
