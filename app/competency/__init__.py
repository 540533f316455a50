"""From assessment results to attained competencies to awards. Pure: no I/O, clock, randomness or environment.

    framework.py   what can be achieved: levels, competencies, assessments, rules (read, checked, looked up, hashed)
    results.py     what was shown: the canonical result record and its readers
    attainment.py  results -> sections -> levels of competencies
    evaluate.py    a rule tree and the evidence -> a tree of nodes with status, reason and numbers
    explain.py     that tree, and the rule itself, as sentences

All arithmetic on scores and thresholds is exact (`fractions.Fraction`): 20 of 30 is two thirds and passes "2/3".
"""
