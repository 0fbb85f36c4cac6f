"""Orders about to be signed: what they are, what the record says against them, what they close.

`drafts` reads them, `check` says what a check is, `checks/` holds one file each, `catalog` finds them, and
`closing` tells which gaps an order could close and which the present ones close already.
"""
