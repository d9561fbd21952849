"""Items and topics to matches with evidence; pure."""
