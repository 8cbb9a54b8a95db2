"""How the layers' sums are made fast: functions of arrays, none of which knows a layer. Their textbook versions are in the tests."""
