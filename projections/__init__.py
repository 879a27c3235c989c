"""Read models: recorded events in, rows valid over two times out, questions answered from the rows."""
