"""From a publisher to the database: asked for, validated, stored."""
