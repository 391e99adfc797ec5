"""How far one record of flows has agreed with another: what a weekly number is worth beside TIC."""
