"""The demonstration: the files in demo/ and how they become rows. ``loading.load`` brings it all."""
