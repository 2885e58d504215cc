"""What stands behind make: the virtual environment, the embedded server, the processes that serve.

Read `__main__.py` first. Nothing here imports the apps, and no app imports anything from here.
"""
