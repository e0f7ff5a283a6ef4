"""The event catalogue: ``docs/asyncapi.yaml`` and its pages, from the code, topics.yml and the released examples.
``python -m deploy.catalogue`` writes them; ``--check`` says whether they are current."""
