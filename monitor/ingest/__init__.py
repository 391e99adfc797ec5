"""From a publisher to the database: downloaded, validated, stored."""
