"""The world as helm meets it: each folder or file keeps one port, and none knows another."""
