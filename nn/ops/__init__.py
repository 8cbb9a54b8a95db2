"""How layers are made fast: functions of arrays, which know no layer. The tests have their textbook versions."""
