"""The fault harness: real processes are killed, paused and cut off, and afterwards every promise must still hold.

                     H  the harness: forks, kills, counts, checks; prints its seed
                     |
      L  clients ----+---> A1, A2  application  ----+---> [X] ---> D  SQLite file, or a PostgreSQL of its own
      a history      |     (behind a switch when    |
      of what each   |      they are restarted)     |
      wanted and     +---> W1, W2  workers ---------+---> [X] ---> M  mail sink: ok, refuse, 4xx, 5xx, hang,
      was told                                      |                 drop after DATA; keeps what it took
                                                    +-------------> S  search stub: ok, 500, slow, reset, forgets
                                                                       what it took, does it in disorder

- *H* imports everything once and forks each process from itself (`processes.py`): a new one is there in some hundredths
  of a second, and kill -9 is a real one. Everything dies with it.
- *A, W* are the product's own application and worker. Faults live outside it: the entry module (`entry.py`) puts hooks
  on SQLAlchemy, on the sender of letters and on the answers (`points.py`), moves the clock (`clock.py`) and installs
  mutants (`mutants.py`). Nothing of this is in `app/`.
- *L* writes what it wants before it sends it and what it was told after it has read it (`history.py`, `client.py`).
  Acknowledged is what was answered 2xx or 303 and read to its end; who does not know sends the same again.
- *D* is put back to a kept state for every case (`stores.py`). *M* keeps each letter before it says so (`sink.py`).
  *X* is a proxy that passes, refuses, swallows, resets or delays (`proxy.py`). *S* speaks the used part of Meilisearch's
  API (`search_server.py`); it stands only where a stage is about it.

Stages (`python -m tests.faults --help`): `crash-points` strikes at every boundary of every flow, by kill -9, by an
exception, by a pause in which a rival acts; `random-kills` strikes under load; `mail`, `search`, `away`, `full`, `spent`
take away what the product depends on; `restarts` roll under load; `mutants` shows that all this can see: each of six
sabotaged products must be caught.

When things are quiet again, the history, the records and the letters are held beside each other (`checks.py`): I1
acknowledged and kept once, I2 no run oversold and no free seat while somebody waits, I3 the queue in the order of
commits, I4 letters at least once and at most once more for each crash, I5 nothing left in the outbox, I6 documents as
the records, and at the search server those of the published courses by number and version, I7 record, log and message together or not at all, I9 no 5xx but an honest 503, I11 no damage, I12 nothing
personal in any log.

Processes die here, not machines: that what was committed survives a power cut is the business of `synchronous=FULL` on
SQLite and `fsync=on` on PostgreSQL, and this harness runs with neither disk nor fsync.
"""
