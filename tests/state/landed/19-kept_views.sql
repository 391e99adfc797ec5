-- steps: kept_views
CREATE TABLE kept_views (
        name TEXT PRIMARY KEY,
        made_from TEXT NOT NULL,
        holds_from TEXT NOT NULL,
        view TEXT NOT NULL
    ) STRICT;
CREATE TABLE revisions (
        name TEXT PRIMARY KEY,
        number INTEGER NOT NULL
    ) STRICT;
CREATE TRIGGER observations_delete_counted AFTER DELETE ON observations BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = 'numbers';
        END;
CREATE TRIGGER observations_update_counted AFTER UPDATE ON observations BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = 'numbers';
        END;
CREATE TRIGGER series_delete_counted AFTER DELETE ON series BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = 'numbers';
        END;
CREATE TRIGGER series_insert_counted AFTER INSERT ON series BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = 'numbers';
        END;
CREATE TRIGGER series_update_counted AFTER UPDATE ON series BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = 'numbers';
        END;
CREATE TRIGGER transitions_delete_counted AFTER DELETE ON transitions BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = 'alerts';
        END;
CREATE TRIGGER transitions_insert_counted AFTER INSERT ON transitions BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = 'alerts';
        END;
CREATE TRIGGER transitions_update_counted AFTER UPDATE ON transitions BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = 'alerts';
        END;
CREATE TRIGGER vintages_delete_counted AFTER DELETE ON vintages BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = 'numbers';
        END;
CREATE TRIGGER vintages_insert_counted AFTER INSERT ON vintages BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = 'numbers';
        END;
CREATE TRIGGER vintages_update_counted AFTER UPDATE ON vintages BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = 'numbers';
        END;
