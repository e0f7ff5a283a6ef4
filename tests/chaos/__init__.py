"""The campaign that would find out if messaging lost something: ``python -m tests.chaos --help``.

One printed seed decides everything that is random on our side: who is killed and where, what is cut, delayed, sent
again. Nothing of it is in the product: every process of the system is started by ``tests.chaos.process``, which
imports the product's own main module and patches it from outside (crash points, a trace of what was applied, skewed
clocks, planted bugs).
"""
