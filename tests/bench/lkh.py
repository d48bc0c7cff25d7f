"""Solves distance matrices with LKH through elkai, for tests/bench/routes.rs.

Reads matrices from stdin, one a line, row by row; writes for each the tour's length and the seconds inside the solve: processor
time, for the machine may be busy, from after the matrix object is built; one run, where elkai by default does ten, and the least
of three repetitions, as ours is the least of some. Leaves with status 3 when elkai is not there.
"""

import sys
import time

try:
    import elkai
except ImportError:
    sys.exit(3)

for line in sys.stdin:
    cells = [int(cell) for cell in line.split()]
    size = int(len(cells) ** 0.5)
    rows = [cells[at : at + size] for at in range(0, len(cells), size)]
    matrix = elkai.DistanceMatrix(rows)
    seconds = float("inf")
    for _ in range(3):
        begun = time.process_time()
        tour = matrix.solve_tsp(runs=1)
        seconds = min(seconds, time.process_time() - begun)
    length = sum(rows[a][b] for a, b in zip(tour, tour[1:]))
    print(length, seconds)
