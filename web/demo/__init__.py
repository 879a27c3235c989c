"""A made-up organisation with three half-years behind it, told by the commands that clients give."""
