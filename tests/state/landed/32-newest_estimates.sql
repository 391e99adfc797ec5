-- steps: newest_estimates
CREATE TABLE newest_estimates (
        series_key INTEGER NOT NULL REFERENCES series (series_key),
        period_end TEXT NOT NULL,
        vintage_id INTEGER NOT NULL REFERENCES vintages (vintage_id),
        known_at TEXT NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (series_key, period_end)
    ) STRICT, WITHOUT ROWID;
CREATE TRIGGER observations_newest_estimates AFTER INSERT ON observations
       WHEN (SELECT one_vintage FROM series WHERE series_key = NEW.series_key) BEGIN
           INSERT INTO newest_estimates
           VALUES (NEW.series_key, NEW.period_end, NEW.vintage_id, NEW.known_at, NEW.value)
           ON CONFLICT (series_key, period_end) DO UPDATE SET vintage_id = NEW.vintage_id,
               known_at = NEW.known_at, value = NEW.value
           WHERE NEW.vintage_id > newest_estimates.vintage_id;
       END;
