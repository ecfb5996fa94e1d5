"""What runs inside Rasa: the signed channel and the components that understand language.

Nothing here imports the domain, the actions or the web: this package lives in an environment of
its own (Python 3.10, Rasa 3.6.21).
"""
