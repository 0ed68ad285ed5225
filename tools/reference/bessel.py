"""Writes packages/leeway/test/fixtures/bessel.json: log I_63(k) - 63 log k by SciPy, for k from 1 to 1e5.

    python3 tools/reference/bessel.py > packages/leeway/test/fixtures/bessel.json      (SciPy 1.10.1)
"""

import json

import numpy
from scipy.special import ive

ORDER = 63

arguments = numpy.logspace(0, 5, 101)
values = numpy.log(ive(ORDER, arguments)) + arguments - ORDER * numpy.log(arguments)
print(json.dumps({"order": ORDER, "cases": list(zip(arguments.tolist(), values.tolist()))}, indent=0))
