"""What each problem's points are given for, and what a submission's answers are compared with: one file a problem."""
from assignment.grading.checks import adam, network, pooling, relu, scales

CHECKS = {2: relu, 3: adam, 4: scales, 5: network, 6: pooling}
CRITERIA = {number: check.CRITERIA for number, check in CHECKS.items()}
