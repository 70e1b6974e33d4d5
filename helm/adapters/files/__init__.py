"""The files of people, and the locks of their spec folders, on a disk."""
