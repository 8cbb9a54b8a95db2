"""The hand-out: how the students' project is cut out of the solution."""
