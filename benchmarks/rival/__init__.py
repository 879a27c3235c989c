"""What a team would otherwise write: tables of what is, and SQLAlchemy-Continuum's row versions for what was.

It knows one time only, that of the records, so what it is asked is what our service answers with `as_of` and
`known_at` of the same day. Its model is the one that answers soonest: the latest reading stands on the key
result, so that none has to be looked for; check-ins themselves, feedback and measures are left out.
"""
