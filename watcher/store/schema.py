"""What marks a database as ours and tells its age; readers need no more than this."""

APPLICATION_ID = 0x57_41_54_43
"""`WATC`, in the file's header (sqlite.org/pragma.html#pragma_application_id)."""

STEPS: tuple[str, ...] = (
    "m001_feeds_items_matches",
    "m002_rests_count_refusals",
    "m003_schedule_knows_the_first_success",
    "m004_validators_have_an_address",
    "m005_addresses_have_no_blanks",
)
"""The names of the migrations, in their order, as sqlite-utils writes them down."""
