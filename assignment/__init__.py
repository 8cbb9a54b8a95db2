"""The assignment, made from the solution: what students are handed out, and how what they hand in is graded."""
