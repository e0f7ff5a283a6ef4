"""A sandbox that plays Services Québec: another organisation's system, reached by HTTP and nothing else.

It takes signed notices, fetches the request with its own token, checks it by rules of its own, decides, and sends the
decision until it is acknowledged. It imports nothing of ours: what it knows of us is on the wire.
"""
