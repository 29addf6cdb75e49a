"""One person's place on one run: held, confirmed, waited for, offered, given up."""
